/**
 * Orrery as a library: load manifests, declare a property with claims and mutants, check it under many orders of events.
 * See docs/library.md.
 */
export { InputErrors, parseManifests, readManifests, type ManifestOptions, type Manifests } from './library/manifests.js'
export { property, type Property, type PropertyOptions } from './library/property.js'
export {
  assertProperty, check, PropertyError, type Broken, type CheckOptions, type CheckVerdict,
} from './library/check.js'
export {
  always, eventually, leadsTo, onWrite, quiescent,
  type AlwaysOptions, type Answer, type EventuallyOptions, type LeadsToOptions, type OnWriteOptions, type QuiescentOptions, type Sight,
} from './library/claims.js'
export { changeCalls } from './library/mutants.js'

// Claims and mutants, as the built-in ones are written.
export type { Always, Claim, Ending, Finally, Finding, Judging, Step, Verdict, Write } from '#checker/claim'
export { provide, replaceChannel, replaceProcess, type Mutant } from '#models/mutants'
export { claims, usualClaims } from '#properties/claims'
export { mutants } from '#models/mutants/index'
export type { Cells, Key } from '#kernel/cells'
export { objectKey, type Resource, type Resources } from '#machine/objects'
export { Newest } from '#machine/view'
export type * from '#api/types'

// Scenarios, single orders of events, traces.
export { systemOf, type Scenario } from '#properties/scenario'
export { defaultScenario } from '#models/client/default-scenario'
export type { UserAction } from '#models/client/user-actions'
export type { NodeOptions } from '#models/node-lifecycle/nodes'
export type { Profile } from '#models/node/profile'
export { runOrder, type Order, type OrderOptions } from '#checker/order'
export { prompt, type Deviation, type Schedule } from '#checker/schedule'
export type { Budgets } from '#checker/generate'
export { record, type RecordOptions, type Recording } from '#trace/record'
export { replay, type Replayed, type ReplayError } from '#trace/replay'
export { format, parse, type Trace, type TraceError } from '#trace/format'

// Controllers of your own.
export { controller, type ControllerOptions, type OwnController } from '#properties/extensions/controller'
export { levelBased } from '#properties/extensions/level-based'
export {
  ApiError, isAlreadyExists, isConflict, isForbidden, isNotFound,
  type Client, type Deleting, type Listing, type Named, type ObjectOf, type Patching, type Written,
} from '#properties/extensions/client'
export type { Reconcile, Result } from '#properties/extensions/evaluate'
export { ControllerError, type ControllerErrorCode } from '#machine/controller-error'
export { withOracle, type ReconcileRequest } from '#machine/oracle'
export type { StoredObject } from '#machine/objects'
export { newControllerRef } from '#api/meta'

// For fast-check.
export { orders, type OrdersOptions } from '#properties/arbitraries/orders'
export { scenarios, type Sizes } from '#properties/arbitraries/scenarios'
