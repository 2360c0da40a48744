/**
 * Models: what a node's kernel keeps for a pod beside its containers: pkg/kubelet/cm/pod_container_manager_linux.go
 *   (EnsureExists, Destroy), pkg/kubelet/volumemanager (mounts of a pod's volumes)
 * Reads: cgroups, mounts
 * Writes: cgroups, mounts
 * Omits: the limits of a pod's cgroup, QoS cgroups; what volumes hold
 */
import type { Cells, Key } from '#kernel/cells'
import { cgroupsKey, mountsKey } from './cells.js'

const mountOf = (uid: string, volume: string): string => `${uid} ${volume}`

/** `volumes`: those that are mounted now. */
export function setUp(cells: Cells, node: string, uid: string, volumes: readonly string[]): void {
  const cgroups = cells.read(cgroupsKey(node)) ?? []
  if (!cgroups.includes(uid)) cells.write(cgroupsKey(node), [...cgroups, uid])
  const mounts = cells.read(mountsKey(node)) ?? []
  const added = volumes.map((volume) => mountOf(uid, volume)).filter((mount) => !mounts.includes(mount))
  if (added.length > 0) cells.write(mountsKey(node), [...mounts, ...added])
}

function keep(cells: Cells, list: Key<readonly string[]>, isKept: (one: string) => boolean): void {
  const before = cells.read(list) ?? []
  const after = before.filter(isKept)
  if (after.length < before.length) cells.write(list, after.length === 0 ? undefined : after)
}

export const unmountVolumes = (cells: Cells, node: string, uid: string): void =>
  keep(cells, mountsKey(node), (mount) => !mount.startsWith(mountOf(uid, '')))

export const removeCgroup = (cells: Cells, node: string, uid: string): void =>
  keep(cells, cgroupsKey(node), (one) => one !== uid)
