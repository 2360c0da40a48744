import {
  mustAttemptImagePull, recordPulled, withoutTag, type Credentials, type PulledRecord, type PullSecret,
  type VerificationPolicy,
} from '#models/node/pull-secrets'
import { table, type Table } from './table.js'

const source = 'pkg/kubelet/images/pullmanager/image_pull_manager_test.go'

const secret = (more: Partial<PullSecret> = {}): PullSecret =>
  ({ uid: 'testsecretuid', namespace: 'default', name: 'pull-secret', hash: 'testsecrethash', ...more })
const account = (more: Partial<Omit<PullSecret, 'hash'>> = {}) =>
  ({ uid: 'test-sa-uid', namespace: 'default', name: 'test-sa', ...more })

const recorded = (credentials?: Credentials): PulledRecord =>
  (credentials === undefined ? {} : { 'docker.io/testing/test': credentials })
const withSecret = recorded({ secrets: [secret()] })
const withAccount = recorded({ serviceAccounts: [account()] })
const anonymous = recorded({ nodePodsAccessible: true })
const brokenHash = recorded({ secrets: [secret({ hash: '' })] })

interface Attempt {
  readonly image?: string
  readonly absent?: true
  readonly record?: PulledRecord
  readonly intent?: true
  readonly policy?: VerificationPolicy
  readonly secrets?: readonly PullSecret[]
  readonly serviceAccount?: Omit<PullSecret, 'hash'>
}

/** Whether it has to be pulled, and whether the pod's credentials were asked for. */
function attempt(one: Attempt): readonly [mustPull: boolean, hasAsked: boolean] {
  let hasAsked = false
  const { image = 'docker.io/testing/test:latest', policy = 'NeverVerifyPreloadedImages', secrets = [] } = one
  const known = { isPresent: one.absent !== true, record: one.record, intent: one.intent === true }
  const mustPull = mustAttemptImagePull(image, known, policy, () => {
    hasAsked = true
    return { secrets, serviceAccount: one.serviceAccount }
  })
  return [mustPull, hasAsked]
}

const different = 'docker.io/testing/different:latest'

const attempts = table(source, 'TestFileBasedImagePullManager_MustAttemptImagePull', attempt, [
  ['the very secret is recorded', { record: withSecret, secrets: [secret()] }, [false, true]],
  ['a secret is recorded, and the pod has none', { record: withSecret }, [true, true]],
  ['the secret has other credentials now', { record: withSecret, secrets: [secret({ hash: 'differenthash' })] }, [false, true]],
  ['another secret of that name', { record: withSecret, secrets: [secret({ uid: 'different uid', hash: 'differenthash' })] },
    [true, true]],
  ['a secret of another namespace', { record: withSecret, secrets: [secret({ namespace: 'differentns', hash: 'differenthash' })] },
    [true, true]],
  ['a secret of another namespace with the same credentials',
    { record: withSecret, secrets: [secret({ namespace: 'differentns' })] }, [false, true]],
  ['another name of the image, with the very secret', { image: different, record: withSecret, secrets: [secret()] }, [true, false]],
  ['no credentials are recorded', { record: recorded() }, [true, false]],
  ['there is no image', { absent: true }, [true, false]],
  ['there is no record, and preloaded images are free', {}, [false, false]],
  ['there is no record, and nothing is free', { policy: 'AlwaysVerify' }, [true, false]],
  ['only the intent is recorded', { intent: true, secrets: [secret()] }, [true, false]],
  ['only the intent is recorded, and everything is free', { intent: true, policy: 'NeverVerify', secrets: [secret()] },
    [false, false]],
  ['everybody may have it', { record: anonymous }, [false, false]],
  ['everybody may have it, and the pod has a secret', { record: anonymous, secrets: [secret()] }, [false, false]],
  ['credentials without a hash, of another secret',
    { record: brokenHash, secrets: [secret({ namespace: 'differentns', hash: '' })] }, [true, true]],
  ['credentials without a hash, of the same secret', { record: brokenHash, secrets: [secret({ hash: '' })] }, [false, true]],
  ['the very service account is recorded', { record: withAccount, serviceAccount: account() }, [false, true]],
  ['a service account of another uid', { record: withAccount, serviceAccount: account({ uid: 'different-sa-uid' }) }, [true, true]],
  ['a service account of another namespace', { record: withAccount, serviceAccount: account({ namespace: 'different-ns' }) },
    [true, true]],
  ['another name of the image, with the very service account',
    { image: different, record: withAccount, serviceAccount: account() }, [true, false]],
  ['only the intent is recorded, and the pod has a service account', { intent: true, serviceAccount: account() }, [true, false]],
  ['the same, and everything is free', { intent: true, policy: 'NeverVerify', serviceAccount: account() }, [false, false]],
  ['everybody may have it, and the pod has a service account', { record: anonymous, serviceAccount: account() }, [false, false]],
])

const merging = table(source, 'Test_pulledRecordMergeNewCreds',
  ([record, one]: readonly [PulledRecord | undefined, PullSecret]) => recordPulled(record, 'docker.io/testing/test:latest', one), [
    ['the first secret', [undefined, secret()], withSecret],
    ['one more secret', [withSecret, secret({ uid: 'other', name: 'other' })],
      recorded({ secrets: [secret(), secret({ uid: 'other', name: 'other' })] })],
    ['the same secret with other credentials', [withSecret, secret({ hash: 'new' })], recorded({ secrets: [secret({ hash: 'new' })] })],
  ])

const trimming = table('pkg/kubelet/images/pullmanager/image_pull_policies_test.go', 'TestTrimImageTagDigest', withoutTag, [
  ['a name alone', 'repository.name/image', 'repository.name/image'],
  ['a tag', 'repository.name/image:tag', 'repository.name/image'],
  ['a port', 'localhost:5000/image:tag', 'localhost:5000/image'],
  ['a digest', `repository.name/image@sha256:${'a'.repeat(64)}`, 'repository.name/image'],
  ['a tag and a digest', `repository.name/image:tag@sha256:${'a'.repeat(64)}`, 'repository.name/image'],
])

export const pullSecrets: readonly Table[] = [attempts, merging, trimming]
