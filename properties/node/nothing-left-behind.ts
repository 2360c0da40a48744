import { allKey } from '#machine/objects'
import { reflectorKey } from '#machine/watch'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import { cutKey, downKey } from '#models/client/reflector'
import { cgroupsKey, ipamKey, kubeletOf, mountsKey, sandboxesKey, sandboxKey } from '#models/node/cells'
import { heldTokensKey } from '#models/node/pod-tokens'
import { isStaticUid } from '#models/node/static-cells'
import { podWith, shortName } from './pods.js'

/** What pods leave on a node, and where it is listed by their uids. */
const traces = (node: string) => [
  ['a sandbox', sandboxesKey(node)], ['a cgroup', cgroupsKey(node)], ['a mounted volume', mountsKey(node)],
] as const

export const nothingLeftBehind: Finally = {
  kind: 'finally',
  name: 'nothing-left-behind',
  title: 'In the end a node whose kubelet is there has a sandbox, a cgroup, a mounted volume or a token of no pod that is gone from the API, '
    + 'and holds no address but for live sandboxes',
  source: 'pkg/kubelet/pod_workers.go (SyncTerminatedPod), kubelet_pods.go (HandlePodCleanups); '
    + 'pkg/kubelet/kuberuntime/kuberuntime_gc.go (evictSandboxes); containernetworking.dev/docs/spec (DEL)',
  subjects: (cells) => cells.read(allKey('nodes')) ?? [],
  check({ cells }: Judging, node: string, ending: Ending): Verdict {
    const ipam = cells.read(ipamKey(node))
    if (ending !== 'quiescent' || ipam === undefined || cells.read(downKey(node)) !== undefined
      || cells.read(cutKey(node)) !== undefined || cells.read(reflectorKey(kubeletOf(node), 'pods')) === undefined) return undefined
    for (const [what, list] of traces(node)) {
      for (const entry of cells.read(list) ?? []) {
        const [uid = ''] = entry.split(' ')
        if (podWith(cells, uid) !== undefined || isStaticUid(uid)) continue // of static pods: static-pods-run
        const message = `${node} has ${what} of Pod ${shortName(uid)}, which is gone, and nothing will come of it`
        return { message, objects: [`Node ${node}`], cells: [list] }
      }
    }
    for (const entry of Object.keys(cells.read(heldTokensKey(kubeletOf(node))) ?? {})) {
      const [uid = ''] = entry.split(' ')
      if (podWith(cells, uid) !== undefined) continue
      const message = `${node} has a token of Pod ${shortName(uid)}, which is gone, and nothing will come of it`
      return { message, objects: [`Node ${node}`], cells: [heldTokensKey(kubeletOf(node))] }
    }
    for (const [ip, uid] of Object.entries(ipam.held)) {
      const sandbox = cells.read(sandboxKey(node, uid))
      if (sandbox?.ready === true && sandbox.ips.includes(ip)) continue
      const message = `${node} holds ${ip} for Pod ${shortName(uid)}, which has no live sandbox with that address`
      return { message, objects: [`Node ${node}`], cells: [ipamKey(node)] }
    }
    return 'held'
  },
}
