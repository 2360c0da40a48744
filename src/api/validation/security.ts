/** Security contexts, which no model reads: the ranges and contradictions that users run into. */
import type { Json, JsonObject } from '../types.js'
import { all, inRange, oneOf, when, type Errors } from './check.js'
import { invalid, valid } from './field.js'

const MAX_ID = 2147483647

const idInRange = (context: JsonObject, field: string, path: string): Errors => {
  const id = context[field]
  return typeof id === 'number' ? inRange(`${path}.${field}`, id, 0, MAX_ID) : valid
}

const has = (context: JsonObject, field: string, value: Json): boolean => context[field] === value

/** `ValidateSecurityContext` of a container. */
export function validateSecurityContext(context: JsonObject | undefined, path: string): Errors {
  if (context === undefined) return valid
  return all(
    idInRange(context, 'runAsUser', path),
    idInRange(context, 'runAsGroup', path),
    when(has(context, 'allowPrivilegeEscalation', false) && has(context, 'privileged', true), () =>
      invalid(path, shownContext(context),
        'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')))
}

const shownFields = [
  'Capabilities', 'Privileged', 'SELinuxOptions', 'WindowsOptions', 'RunAsUser', 'RunAsGroup', 'RunAsNonRoot',
  'ReadOnlyRootFilesystem', 'AllowPrivilegeEscalation', 'ProcMount', 'SeccompProfile', 'AppArmorProfile',
]

/** Upstream shows its internal type, whose fields have Go's names. */
const shownContext = (context: JsonObject): JsonObject => Object.fromEntries(shownFields.map((field) => {
  const name = field.replace(/^[A-Z]/, (first) => first.toLowerCase()).replace(/^sEL/, 'seL')
  return [field, context[name] ?? null]
}))

/** `validatePodSpecSecurityContext`. */
export function validatePodSecurityContext(context: JsonObject | undefined, path: string): Errors {
  if (context === undefined) return valid
  const groups = context.supplementalGroups
  const policy = context.fsGroupChangePolicy
  return all(
    idInRange(context, 'fsGroup', path),
    idInRange(context, 'runAsUser', path),
    idInRange(context, 'runAsGroup', path),
    Array.isArray(groups) ? all(...groups.map((group: Json, index) =>
      (typeof group === 'number'
        ? inRange(`${path}.supplementalGroups[${index}]`, group, 0, MAX_ID) : valid))) : valid,
    typeof policy === 'string' ? oneOf(`${path}.fsGroupChangePolicy`, policy, ['Always', 'OnRootMismatch']) : valid)
}
