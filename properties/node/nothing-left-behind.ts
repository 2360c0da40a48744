import { allKey } from '#machine/objects'
import { reflectorKey } from '#machine/watch'
import type { Ending, Finally, Judging, Verdict } from '#checker/claim'
import { cutKey, downKey } from '#models/client/reflector'
import { ipamKey, kubeletOf, sandboxesKey, sandboxKey } from '#models/node/cells'
import { podWith, shortName } from './pods.js'

export const nothingLeftBehind: Finally = {
  kind: 'finally',
  name: 'nothing-left-behind',
  title: 'In the end a node whose kubelet is there has a sandbox of no pod that is gone from the API, and holds no address but for '
    + 'live sandboxes',
  source: 'pkg/kubelet/pod_workers.go (SyncTerminatedPod), kubelet_pods.go (HandlePodCleanups); '
    + 'pkg/kubelet/kuberuntime/kuberuntime_gc.go (evictSandboxes); containernetworking.dev/docs/spec (DEL)',
  subjects: (cells) => cells.read(allKey('nodes')) ?? [],
  check({ cells }: Judging, node: string, ending: Ending): Verdict {
    const ipam = cells.read(ipamKey(node))
    if (ending !== 'quiescent' || ipam === undefined || cells.read(downKey(node)) !== undefined
      || cells.read(cutKey(node)) !== undefined || cells.read(reflectorKey(kubeletOf(node), 'pods')) === undefined) return undefined
    for (const uid of cells.read(sandboxesKey(node)) ?? []) {
      if (podWith(cells, uid) !== undefined) continue
      const message = `${node} has a sandbox of Pod ${shortName(uid)}, which is gone, and nothing will come of it`
      return { message, objects: [`Node ${node}`], cells: [sandboxesKey(node)] }
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
