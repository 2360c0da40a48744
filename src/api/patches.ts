/**
 * The three patches of the Kubernetes API. All are pure: what a patch does not touch is shared with the
 * original. Left carries an error text.
 */
export { dropNulls } from './patches/lists.js'
export { applyJsonPatch, type JsonPatchOperation } from './patches/json-patch.js'
export { applyMergePatch, diffMergePatch } from './patches/merge-patch.js'
export { applyStrategicMergePatch } from './patches/strategic.js'
export { patchSchemaOf, type PatchSchema } from './patches/strategic-schema.js'
