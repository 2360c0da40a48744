/**
 * Kubernetes objects as a World stores them: after defaulting and validation, readonly, JSON only.
 * A field is required when upstream's defaulting or preparation for create always sets it; what a user
 * may write is `Input<T>`. All are type aliases, not interfaces, so that each is assignable to `Json`.
 */
export type * from './types/json.js'
export type * from './types/meta.js'
export type * from './types/scheduling.js'
export type * from './types/container.js'
export type * from './types/pod.js'
export type * from './types/workloads.js'
export type * from './types/network.js'
export type * from './types/cluster.js'
export type * from './types/config.js'
export type * from './types/status.js'
export type * from './types/kinds.js'
