import { part } from '#kernel/cells'
import type { Step } from '#checker/claim'
import type { Sandbox } from '#models/node/cells'
import { shortName } from './pods.js'

const isLive = (sandbox: Sandbox | undefined): sandbox is Sandbox => sandbox?.ready === true

const familyOf = (ip: string): string => (ip.includes(':') ? 'IPv6' : 'IPv4')

export const oneIpPerSandbox: Step = {
  kind: 'step',
  name: 'one-ip-per-sandbox',
  title: 'A live pod sandbox has one address of each family, and no two live sandboxes have the same one; pods in the '
    + "node's network aside",
  source: 'kubernetes.io/docs/concepts/services-networking (every pod gets its own unique cluster-wide IP address)',
  on: ['sandbox|'],
  check({ memory }, { key, before, after }) {
    const [node, uid] = [part(key, 1), part(key, 2)]
    const holder = `${node} ${uid}`
    // the values of a sandbox's cell
    const [was, is] = [before as Sandbox | undefined, after as Sandbox | undefined]
    if (isLive(was)) for (const ip of was.ips) if (memory.get(ip) === holder) memory.delete(ip)
    if (!isLive(is) || is.hostNetwork === true) return undefined
    const pod = `Pod ${shortName(uid)}`
    const families = is.ips.map(familyOf)
    if (is.ips.length === 0 || new Set(families).size < families.length) {
      const message = `The sandbox of ${pod} on ${node} has addresses [${is.ips.join(' ')}]`
      return { message, objects: [pod], cells: [key] }
    }
    for (const ip of is.ips) {
      const other = memory.get(ip)
      memory.set(ip, holder)
      if (typeof other !== 'string' || other === holder) continue
      const [otherNode = '', otherUid = ''] = other.split(' ')
      return {
        message: `${pod} on ${node} got address ${ip}, which Pod ${shortName(otherUid)} on ${otherNode} still has`,
        objects: [pod, `Pod ${shortName(otherUid)}`],
        cells: [key, `ipam|${node}`],
      }
    }
    return 'held'
  },
}

export const oneSandboxPerPod: Step = {
  kind: 'step',
  name: 'one-sandbox-per-pod',
  title: 'A pod has at most one live sandbox on its node: a new one is made only after the last was stopped',
  source: 'pkg/kubelet/kuberuntime/kuberuntime_manager.go (SyncPod), util/util.go (PodSandboxChanged)',
  on: ['sandbox|'],
  check(_, { key, before, after }) {
    // the values of a sandbox's cell
    const [was, is] = [before as Sandbox | undefined, after as Sandbox | undefined]
    if (!isLive(is)) return undefined
    if (!isLive(was) || was.attempt === is.attempt) return 'held'
    const pod = `Pod ${shortName(part(key, 2))}`
    return {
      message: `${pod} on ${part(key, 1)} got sandbox ${is.attempt} (${is.ips.join(' ')}) while sandbox ${was.attempt} `
        + `(${was.ips.join(' ')}) was live`,
      objects: [pod],
      cells: [key],
    }
  },
}
