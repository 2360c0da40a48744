// An operator: one Pod for each entry of a ConfigMap that is labelled `pods: per-entry`; the entry's value is its image.
import { isAlreadyExists, isNotFound, newControllerRef, type Client, type ConfigMap, type ReconcileRequest } from 'kube-orrery'

/** What it watches: ConfigMaps with the label, and the Pods that they own. */
export const watching = { for: 'configmaps', labels: { pods: 'per-entry' }, owns: ['pods'] } as const

const podFor = (config: ConfigMap, entry: string, named: { readonly name: string } | { readonly generateName: string }) => ({
  metadata: {
    ...named,
    namespace: config.metadata.namespace,
    labels: { entry },
    ownerReferences: [newControllerRef(config)],
  },
  spec: { containers: [{ name: 'main', image: config.data?.[entry] }] },
})

/**
 * As it is often written at first. It asks its cache which pods there are, and has the API server make up names: while the
 * cache has not heard of the pod that was just created, the next call creates it once more.
 */
export async function trusting(request: ReconcileRequest, client: Client): Promise<void> {
  const config = await client.get('configmaps', request)
  if (config === undefined || config.metadata.deletionTimestamp !== undefined) return
  const pods = await client.list('pods', { namespace: request.namespace, ownedBy: config })
  for (const entry of Object.keys(config.data ?? {})) {
    if (pods.some(({ metadata }) => metadata.labels?.['entry'] === entry)) continue
    await client.create('pods', podFor(config, entry, { generateName: `${entry}-` }))
  }
}

/** Names its pods by their entries, but takes the first pod that it finds for a sign that all are there. */
export async function hasty(request: ReconcileRequest, client: Client): Promise<void> {
  const config = await client.get('configmaps', request)
  if (config === undefined || config.metadata.deletionTimestamp !== undefined) return
  const pods = await client.list('pods', { namespace: request.namespace, ownedBy: config })
  if (pods.length > 0) return
  for (const entry of Object.keys(config.data ?? {})) {
    await client.create('pods', podFor(config, entry, { name: `${request.name}-${entry}` }))
  }
}

/**
 * Mended: a pod's name follows from what it is for, so that creating it twice is refused, and a cache that is late does no
 * harm. What is there already, and what is gone already, is as it should be.
 */
export async function careful(request: ReconcileRequest, client: Client): Promise<void> {
  const config = await client.get('configmaps', request)
  if (config === undefined || config.metadata.deletionTimestamp !== undefined) return
  const pods = await client.list('pods', { namespace: request.namespace, ownedBy: config })
  const entries = Object.keys(config.data ?? {})
  const name = (entry: string): string => `${request.name}-${entry}`
  for (const { metadata } of pods) {
    if (metadata.deletionTimestamp !== undefined || entries.some((entry) => name(entry) === metadata.name)) continue
    await client.delete('pods', metadata, { uid: metadata.uid }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }
  for (const entry of entries) {
    if (pods.some(({ metadata }) => metadata.name === name(entry))) continue
    await client.create('pods', podFor(config, entry, { name: name(entry) })).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error
    })
  }
}
