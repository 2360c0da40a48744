/** Thresholds of eviction in the manifests of Nodes, from end to end. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { directory, orrery } from '../support/cli.js'

const page = readFileSync('docs/scenarios.md', 'utf8')
const example = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text).find((text) => text.includes('orrery.dev/eviction')) ?? ''
const { write } = directory()

const pod = `---
apiVersion: v1
kind: Pod
metadata:
  name: greedy
  annotations:
    orrery.dev/profile: '{ "ignoresSigterm": true, "memory": [{ "afterSeconds": 0, "amount": "1Gi" }, { "afterSeconds": 30, "amount": "63Gi" }] }'
spec: { containers: [{ name: app, image: example.org/app }] }
---
apiVersion: v1
kind: Pod
metadata: { name: modest }
spec: { containers: [{ name: app, image: example.org/app, resources: { requests: { memory: 64Mi } } }] }
`

test('the example of the page evicts by its soft threshold, and no claim is broken', async () => {
  write({ 'all.yaml': `${example}${pod}` })
  const { code, stdout, stderr } = await orrery('check', '-f', 'all.yaml', '--runs', '20')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/evicted-in-order +held +exercised/)
  expect(stdout).toMatch(/pressure-told +held +exercised/)
  const described = await orrery('describe', '-f', 'all.yaml', 'pod', 'greedy')
  expect(described.stdout).toMatch(/Reason: +Evicted\nMessage: +The node was low on resource: memory\. Threshold quantity: 2Gi, available: 1Gi\. /)
})

test('what no kubelet would begin with is refused', async () => {
  write({ 'all.yaml': `${example.replace('evictionSoftGracePeriod', 'evictionSoftGracePeriods')}${pod}` })
  expect(await orrery('check', '-f', 'all.yaml')).toEqual({ code: 2, stdout: '', stderr:
    'all.yaml:6:5: in the annotation orrery.dev/eviction: unknown field "evictionSoftGracePeriods"; did you mean "evictionSoftGracePeriod"? '
    + '[E_EVICTION]\n  Write it as in a KubeletConfiguration: docs/scenarios.md has an example.\n' })
})
