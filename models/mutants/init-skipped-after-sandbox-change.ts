import type { Mutant } from '../mutants.js'
import type { Context } from '#machine/process'
import { containerKey, nodeName } from '../node/cells.js'
import type { CreateSandbox, StartContainer } from '../node/pod-says.js'
import { mutateKubelet, withEffect } from './kubelet-with.js'

export const initSkippedAfterSandboxChange: Mutant = {
  name: 'init-skipped-after-sandbox-change',
  title: 'Init containers that have succeeded in a sandbox count for the next one, and do not run again there',
  upstream: 'kubernetes/kubernetes#36485, #55206, #49505',
  breaks: ['init-before-app'],
  apply: mutateKubelet(
    withEffect('createSandbox', (original) => (context: Context, params: CreateSandbox) => {
      const { cells, process } = context
      const records = (params.pod.spec.initContainers ?? []).map(({ name }) => {
        const cell = containerKey(nodeName(process), params.uid, name)
        return { cell, record: cells.read(cell) }
      })
      original(context, params as never) // the effect's own params
      // They are not purged with the sandbox that they ran in.
      for (const { cell, record } of records) if (record?.exitCode === 0) cells.write(cell, record)
    }),
    withEffect('startContainer', (original) => (context: Context, params: StartContainer) => {
      const { uid, pod, spec } = params
      const record = context.cells.read(containerKey(nodeName(context.process), uid, spec.name))
      const hasSucceeded = record?.state === 'exited' && record.exitCode === 0
      if (hasSucceeded && pod.spec.initContainers?.includes(spec) === true) return
      original(context, params as never) // the effect's own params
    }),
  ),
}
