/** KubeEvents of probes that servers of known images answer, and of preStop hooks that fail. */
import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { directory, orrery } from '../../support/cli.js'

const { write } = directory()

beforeAll(() => write({
  'serving.yaml': readFileSync(new URL('serving.yaml', import.meta.url), 'utf8'),
  'orrery.yaml': `images:
  example.com/moved:
    cmd: [moved]
    runs:
      - { command: [], listens: [{ port: 80 }], http: [{ port: 80, path: /, code: 302, location: 'http://example.com/' }] }
`,
}))

it.each([
  ['of kubernetes.io that is alive for ten seconds', 'liveness-http',
    /Warning +Unhealthy .*Liveness probe failed: HTTP probe failed with statuscode: 500$/],
  ['that is restarted for it', 'liveness-http',
    /Normal +Killing .*Container liveness failed liveness probe, will be restarted$/],
  ['whose nginx has no such page', 'lost', /Warning +Unhealthy .*Readiness probe failed: HTTP probe failed with statuscode: 404$/],
  ['that sends its probe elsewhere', 'moved', /Warning +ProbeWarning .*Readiness probe warning: Probe terminated redirects, Response body:$/],
  ['whose preStop hook fails', 'stubborn', /Warning +FailedPreStopHook .*spec.containers{app}: PreStopHook failed$/],
])('KubeEvents tell of a pod %s', async (_, name, event) => {
  const { stdout, stderr } = await orrery('describe', 'pod', name, '-f', 'serving.yaml', '--at', '40s')
  expect(stderr).toBe('')
  expect(stdout.split('\n')).toContainEqual(expect.stringMatching(event))
})
