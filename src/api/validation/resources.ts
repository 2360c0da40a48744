/**
 * Resource requests and limits. Sources: `pkg/apis/core/validation/validation.go`
 * validateResourceRequirements,
 * `pkg/apis/core/helper/helpers.go`.
 */
import * as either from 'fp-ts/lib/Either.js'
import { compareQuantities, formatQuantity, parseQuantity, quantityOf } from '../quantity.js'
import type { Input, QuantityText, ResourceList, ResourceRequirements } from '../types.js'
import { all, complain, each, forbiddenIf, mustNotBeNegative, when, type Errors } from './check.js'
import { duplicate, invalid, notFound, notSupported, required, valid } from './field.js'
import { isLabelKey } from './names.js'

const HUGE_PAGES = 'hugepages-'
const standardContainer: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage'])
const standard: ReadonlySet<string> = new Set([
  ...standardContainer, 'requests.cpu', 'requests.memory', 'requests.ephemeral-storage', 'limits.cpu',
  'limits.memory', 'limits.ephemeral-storage', 'pods', 'resourcequotas', 'services', 'replicationcontrollers',
  'secrets', 'configmaps', 'persistentvolumeclaims', 'storage', 'requests.storage', 'services.nodeports',
  'services.loadbalancers',
])
const counted: ReadonlySet<string> = new Set([
  'pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps',
  'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers',
])

const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES)
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')
const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name)

/** A device or the like, named by whoever brings it. */
export const isExtendedResource = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && isLabelKey(`requests.${name}`).length === 0

function validateName(name: string, path: string): Errors {
  const complaints = isLabelKey(name)
  if (complaints.length > 0) return complain(path, name, complaints)
  const known = standard.has(name) || /^(requests\.)?hugepages-/.test(name)
  return when(!name.includes('/') && !known, () =>
    invalid(path, name, 'must be a standard resource type or fully qualified'))
}

const validateContainerResourceName = (name: string, path: string): Errors => all(
  validateName(name, path),
  name.includes('/')
    ? when(!isNative(name) && !isExtendedResource(name), () =>
      invalid(path, name, "doesn't follow extended resource name standard"))
    : when(!standardContainer.has(name) && !isHugePages(name), () =>
      invalid(path, name, 'must be a standard resource for containers')))

function validatePodResourceName(name: string, path: string): Errors {
  const errors = validateName(name, path)
  if (errors.length > 0) return errors
  return when(name !== 'cpu' && name !== 'memory' && !isHugePages(name), () =>
    notSupported(path, name, ['cpu', HUGE_PAGES, 'memory']))
}

/** `ValidateResourceQuantityValue`: not negative, and whole where only whole ones exist. */
export function validateQuantity(name: string, text: QuantityText, path: string): Errors {
  const { nanos } = quantityOf(text)
  return all(
    when(nanos < 0n, () => invalid(path, canonical(text), mustNotBeNegative)),
    when((counted.has(name) || isExtendedResource(name)) && nanos % 1_000_000_000n !== 0n, () =>
      invalid(path, canonical(text), 'must be an integer')))
}

/** `IsHugePageResourceValueDivisible`: the page's size is in its name. */
function isWholePages(name: string, text: QuantityText): boolean {
  const page = parseQuantity(name.slice(HUGE_PAGES.length))
  if (either.isLeft(page) || page.right.nanos <= 0n || page.right.nanos % 1_000_000_000n !== 0n) return false
  return quantityOf(text).nanos % page.right.nanos === 0n
}

const canonical = (text: QuantityText): string => formatQuantity(quantityOf(text))

export const validateQuantities = (resources: ResourceList | undefined, path: string): Errors =>
  all(...Object.entries(resources ?? {}).map(([name, text]) => validateQuantity(name, text, `${path}.${name}`)))

/** `ValidateContainerResourceRequirements`. */
export const validateContainerResources = (
  resources: Input<ResourceRequirements> | undefined, claimNames: ReadonlySet<string>, path: string,
): Errors => validateRequirements(resources, validateContainerResourceName, claimNames, path)

/** `validatePodResources`, without the comparison with the sum of the containers. */
export const validatePodResources = (
  resources: Input<ResourceRequirements> | undefined, path: string,
): Errors => all(
  forbiddenIf(resources?.claims !== undefined, `${path}.claims`,
    'claims may not be set for Resources at pod-level'),
  validateRequirements(resources, validatePodResourceName, new Set(), path))

function validateRequirements(
  resources: Input<ResourceRequirements> | undefined, validateResource: (name: string, path: string) => Errors,
  claimNames: ReadonlySet<string>, path: string,
): Errors {
  if (resources === undefined) return valid
  const { limits = {}, requests = {}, claims } = resources
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  return all(
    ...Object.entries(limits).map(([name, text]) => validateOne(name, text, `${path}.limits[${name}]`)),
    ...Object.entries(requests).map(([name, text]) => all(
      validateOne(name, text, `${path}.requests[${name}]`),
      validateRequest(name, text, limits[name], path))),
    forbiddenIf(names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'), path,
      'HugePages require cpu or memory'),
    validateClaims(claims, claimNames, `${path}.claims`))

  function validateOne(name: string, text: QuantityText, place: string): Errors {
    return all(validateResource(name, place), validateQuantity(name, text, place),
      isHugePages(name) && !isWholePages(name, text)
        ? [invalid(place, canonical(text), `${canonical(text)} is not positive integer multiple of ${name}`)]
        : valid)
  }
}

function validateRequest(
  name: string, request: QuantityText, limit: QuantityText | undefined, path: string,
): Errors {
  if (limit === undefined) {
    return when(!mayOvercommit(name), () =>
      required(`${path}.limits`, 'Limit must be set for non overcommitable resources'))
  }
  const order = compareQuantities(quantityOf(request), quantityOf(limit))
  const bound = `${name} limit of ${canonical(limit)}`
  if (order !== 0 && !mayOvercommit(name)) {
    return [invalid(`${path}.requests`, canonical(request), `must be equal to ${bound}`)]
  }
  return when(order > 0, () =>
    invalid(`${path}.requests`, canonical(request), `must be less than or equal to ${bound}`))
}

function validateClaims(
  claims: Input<ResourceRequirements>['claims'], claimNames: ReadonlySet<string>, path: string,
): Errors {
  const known = [...claimNames].sort()
  const seen = new Set<string>()
  return each(claims, path, ({ name = '', request = '' }, place) => {
    if (name === '') return [required(place)]
    const key = request === '' ? name : `${name}/${request}`
    const overlaps = seen.has(name) || seen.has(key) ||
      (request === '' && [...seen].some((other) => other.startsWith(`${name}/`)))
    seen.add(key)
    return all(
      when(overlaps, () => duplicate(place, seen.has(name) ? name : key)),
      when(!claimNames.has(name), () => ({
        ...notFound(place, name),
        detail: 'must be one of the names in pod.spec.resourceClaims' +
          (known.length === 0 ? ' which is empty' : `: ${known.join(', ')}`),
      })))
  })
}
