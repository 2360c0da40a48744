import type { Cells } from '#kernel/cells'
import { allKey, indexKey, objectKey } from '#machine/objects'
import { reflectorKey } from '#machine/watch'
import type { Finally, Verdict } from '#checker/claim'
import { cutKey, downKey } from '#models/client/reflector'
import { kubeletOf, sandboxesKey, sandboxKey } from '#models/node/cells'
import { hashAnnotation, isMirrorPod, isStaticUid, mirrorAnnotation, staticPods } from '#models/node/static-cells'

const isServed = (cells: Cells, node: string): boolean => cells.read(downKey(node)) === undefined
  && cells.read(cutKey(node)) === undefined && cells.read(reflectorKey(kubeletOf(node), 'pods')) !== undefined

const nodes = (cells: Cells): readonly string[] => cells.read(allKey('nodes')) ?? []

const source = 'kubernetes.io/docs/tasks/configure-pod-container/static-pod'

export const staticPodsRun: Finally = {
  kind: 'finally',
  name: 'static-pods-run',
  title: 'In the end every static pod whose file is there has its sandbox, whatever was done to its mirror pod, and none whose '
    + 'file is gone has one',
  source,
  subjects: nodes,
  check({ cells }, node, ending): Verdict {
    const wanted = staticPods(cells, node)
    const there = (cells.read(sandboxesKey(node)) ?? []).filter(isStaticUid)
    if (ending !== 'quiescent' || !isServed(cells, node) || (wanted.length === 0 && there.length === 0)) return undefined
    for (const { metadata: { uid, name }, spec } of wanted) {
      const mayHaveEnded = spec.restartPolicy !== 'Always'
      if (mayHaveEnded || cells.read(sandboxKey(node, uid))?.ready === true) continue
      const message = `The static pod ${name} does not run on ${node}, where its file is, and nothing will come of it`
      return { message, objects: [`Node ${node}`], cells: [sandboxesKey(node)] }
    }
    const stray = there.find((uid) => !wanted.some(({ metadata }) => metadata.uid === uid))
    if (stray === undefined) return 'held'
    const message = `${node} has a sandbox of the static pod ${stray}, whose file is gone, and nothing will come of it`
    return { message, objects: [`Node ${node}`], cells: [sandboxesKey(node)] }
  },
}

export const mirrorPodsMatch: Finally = {
  kind: 'finally',
  name: 'mirror-pods-match',
  title: 'In the end every static pod has one mirror pod, made of its present file, and no mirror pod is without its static pod; '
    + 'where another pod has its name aside',
  source: 'pkg/kubelet/kubelet.go (tryReconcileMirrorPods), kubelet_pods.go (deleteOrphanedMirrorPods)',
  subjects: nodes,
  check({ cells }, node, ending): Verdict {
    const wanted = staticPods(cells, node)
    const mirrors = (cells.read(indexKey('pods', 'node', node)) ?? []).flatMap((name) => {
      const pod = cells.read(objectKey('pods', name))
      return pod !== undefined && isMirrorPod(pod) ? [pod] : []
    })
    if (ending !== 'quiescent' || !isServed(cells, node) || (wanted.length === 0 && mirrors.length === 0)) return undefined
    for (const pod of wanted) {
      const { name, namespace, annotations } = pod.metadata
      const mirror = cells.read(objectKey('pods', `${namespace}/${name}`))
      if (mirror !== undefined && !isMirrorPod(mirror)) continue
      const isRight = mirror?.metadata.deletionTimestamp === undefined
        && mirror?.metadata.annotations?.[mirrorAnnotation] === annotations?.[hashAnnotation]
      if (isRight) continue
      const what = mirror === undefined ? 'no mirror pod' : 'a mirror pod of an earlier file'
      return { message: `The static pod ${name} of ${node} has ${what}, and nothing will come of it`, objects: [`Node ${node}`] }
    }
    const stray = mirrors.find(({ metadata: { name } }) => !wanted.some(({ metadata }) => metadata.name === name))
    return stray === undefined ? 'held' : {
      message: `Pod ${stray.metadata.namespace}/${stray.metadata.name} is a mirror pod on ${node}, where no file makes its static pod`,
      objects: [`Pod ${stray.metadata.namespace}/${stray.metadata.name}`, `Node ${node}`],
    }
  },
}
