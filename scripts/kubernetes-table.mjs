// Writes src/api/manifests/kubernetes-table.generated.ts from the types of the official JavaScript client,
// @kubernetes/client-node (Kubernetes project, Apache-2.0). Why: docs/adr/0002-schemas.md.
//
//   node scripts/kubernetes-table.mjs            packs the version below with npm, needs the registry
//   node scripts/kubernetes-table.mjs DIRECTORY  reads an unpacked copy of the package
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const packageVersion = '2.0.1'
const target = new URL('../src/api/manifests/kubernetes-table.generated.ts', import.meta.url)
const columns = 110

// The OpenAPI document says `string` where the Go type is resource.Quantity, which also takes a bare number.
// These are all fields of that type in k8s.io/api v0.36.0, as "type without its version, field".
const quantityFields = new Set([
  'HPAScalingRules.tolerance', 'MetricTarget.averageValue', 'MetricTarget.value',
  'MetricValueStatus.averageValue', 'MetricValueStatus.value', 'ContainerStatus.allocatedResources',
  'EmptyDirVolumeSource.sizeLimit', 'LimitRangeItem.default', 'LimitRangeItem.defaultRequest',
  'LimitRangeItem.max', 'LimitRangeItem.maxLimitRequestRatio', 'LimitRangeItem.min',
  'NodeAllocatableResourceClaimStatus.resources', 'NodeStatus.allocatable', 'NodeStatus.capacity',
  'PersistentVolumeClaimStatus.allocatedResources', 'PersistentVolumeClaimStatus.capacity',
  'PersistentVolumeSpec.capacity', 'PodSpec.overhead', 'PodStatus.allocatedResources',
  'ResourceFieldSelector.divisor', 'ResourceQuotaSpec.hard', 'ResourceQuotaStatus.hard',
  'ResourceQuotaStatus.used', 'ResourceRequirements.limits', 'ResourceRequirements.requests',
  'VolumeResourceRequirements.limits', 'VolumeResourceRequirements.requests', 'Overhead.podFixed',
  'CapacityRequestPolicy.default', 'CapacityRequestPolicy.validValues', 'CapacityRequestPolicyRange.max',
  'CapacityRequestPolicyRange.min', 'CapacityRequestPolicyRange.step', 'CapacityRequirements.requests',
  'Counter.value', 'DeviceCapacity.value', 'DeviceRequestAllocationResult.consumedCapacity',
  'NodeAllocatableResourceMapping.allocationMultiplier', 'CSIStorageCapacity.capacity',
  'CSIStorageCapacity.maximumVolumeSize'
])

const unpack = () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubernetes-table-'))
  const specification = `@kubernetes/client-node@${packageVersion}`
  const packed = execFileSync('npm', ['pack', specification, '--json'], { cwd: directory, encoding: 'utf8' })
  const [file] = JSON.parse(packed)
  execFileSync('tar', ['xzf', file.filename], { cwd: directory })
  return { directory: join(directory, 'package'), remove: () => { rmSync(directory, { recursive: true }) } }
}

/** 'V1DeploymentSpec' and 'CoreV1Event' without their group and version. */
const bareName = (name) => name.replace(/^(?:[A-Z][a-z]+)??V\d+(?:(?:alpha|beta)\d+)?/, '')

const scalars = { boolean: 'b', Date: 't', IntOrString: 'x', any: '*', object: '*' }
const numbers = { int32: 'i', int64: 'l', double: 'd', '': 'd' }

const typeCode = (type, format, quantity) => {
  const list = /^Array<(.*)>$/.exec(type)
  if (list) return `[${typeCode(list[1], format, quantity)}]`
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)
  if (map) return `{${typeCode(map[1], format, quantity)}}`
  if (type === 'string') return quantity ? 'q' : format === 'byte' ? 'y' : 's'
  if (type === 'number') return numbers[format]
  if (type === 'V1MicroTime') return 't'
  return scalars[type] ?? type
}

/** The package keeps files of removed APIs; each model file says the release that it was generated from. */
const releaseOf = (models, name) => {
  const text = readFileSync(join(models, `${name}.js`), 'utf8')
  return /spec version: release-([\d.]+)/.exec(text)?.[1]
}

const readTypes = async (models, release) => {
  const types = new Map()
  for (const file of readdirSync(models).filter((name) => /^[A-Z]\w*\.js$/.test(name)).sort()) {
    const name = file.slice(0, -3)
    if (name === 'ObjectSerializer' || releaseOf(models, name) !== release) continue
    const type = (await import(pathToFileURL(join(models, file)).href))[name]
    if (type?.attributeTypeMap === undefined) continue
    types.set(name, type.attributeTypeMap.map(({ baseName, type: fieldType, format }) => {
      const quantity = quantityFields.has(`${bareName(name)}.${baseName}`)
      return [baseName, typeCode(fieldType, format, quantity)]
    }))
  }
  return types
}

const collection =
  /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(namespaces\/\{namespace\}\/)?([^/{}]+)(?:\/\{name\})?$/

/** Every kind with a collection of its own: its apiVersion, name, resource, scope and type. */
const readKinds = (apis, types) => {
  const kinds = new Map()
  for (const file of readdirSync(apis).filter((name) => /V\d\w*Api\.js$/.test(name)).sort()) {
    const declarations = readFileSync(join(apis, file.replace(/\.js$/, '.d.ts')), 'utf8')
    const answers = new Map(
      [...declarations.matchAll(/^ {4}(\w+)WithHttpInfo\(.*HttpInfo<(\w+)>/gm)].map((m) => [m[1], m[2]])
    )
    const methods = /^ {4}async ((?:create|list|read)\w+)\([\s\S]*?localVarPath = '([^']+)'/gm
    for (const [, method, path] of readFileSync(join(apis, file), 'utf8').matchAll(methods)) {
      const place = collection.exec(path)
      if (!place) continue
      const [, group, version, namespaced, resource] = place
      const type = answers.get(method)
      if (!types.has(type) || type.endsWith('List')) continue
      const apiVersion = group === undefined ? version : `${group}/${version}`
      const scope = namespaced === undefined ? 'cluster' : 'namespaced'
      kinds.set(`${apiVersion} ${bareName(type)}`, `${resource} ${scope} ${type}`)
    }
  }
  return kinds
}

const reachable = (types, roots) => {
  const seen = new Set()
  const visit = (code) => {
    const name = code.replace(/[[\]{}]/g, '')
    if (seen.has(name) || !types.has(name)) return
    seen.add(name)
    for (const [, field] of types.get(name)) visit(field)
  }
  roots.forEach(visit)
  return [...seen].sort()
}

const wrap = (words) => words.reduce((lines, word) => {
  const last = lines[lines.length - 1]
  if (last === undefined) return [word]
  if (last.length + 1 + word.length > columns) return [...lines, ` ${word}`]
  return [...lines.slice(0, -1), `${last} ${word}`]
}, []).join('\n')

const { directory, remove } = process.argv[2]
  ? { directory: process.argv[2], remove: () => {} }
  : unpack()
const generated = join(directory, 'dist', 'gen')
const models = join(generated, 'models')
const release = releaseOf(models, 'V1Pod')
const types = await readTypes(models, release)
const kinds = readKinds(join(generated, 'apis'), types)
const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
const typeRows = reachable(types, [...kinds.values()].map((kind) => kind.split(' ')[2]))
  .map((name) => wrap([name, ...types.get(name).map(([field, code]) => `${field}:${code}`)]))
const kindRows = [...kinds].map(([kind, rest]) => wrap(`${kind} ${rest}`.split(' '))).sort()
const source = `@kubernetes/client-node ${version}`
writeFileSync(target, `// Generated by scripts/kubernetes-table.mjs from ${source}: do not edit.
/** The Kubernetes release that the tables describe. */
export const kubernetesRelease = '${release}'

/** One kind a line (a leading blank continues it): apiVersion, kind, resource, scope, type. */
export const kindRows = \`
${kindRows.join('\n')}
\`

/** One type a line (a leading blank continues it), with its fields and the codes of field-types.ts. */
export const typeRows = \`
${typeRows.join('\n')}
\`
`)
remove()
console.log(`${kinds.size} kinds, ${typeRows.length} types of Kubernetes ${release}`)
