/** The headers of the model files: what docs/fidelity.md and the declared footprints are made from. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export interface ModelHeader {
  /** `workloads/replicaset.ts` */
  readonly file: string
  readonly models: string
  readonly reads: string
  readonly writes: string
  readonly omits: string
}

const members = ['Models', 'Reads', 'Writes', 'Omits'] as const

/** Tables and contracts, which model nothing by themselves; mutants are no models either. */
const isModel = (file: string): boolean => file.includes('/') && !file.startsWith('mutants/') && !file.endsWith('/index.ts')
  && !file.endsWith('.generated.ts')

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    (entry.isDirectory() ? filesIn(join(folder, entry.name)) : entry.name.endsWith('.ts') ? [join(folder, entry.name)] : []))
}

/** The header of one file; throws where it lacks a member. */
export function headerOf(file: string, text: string): ModelHeader {
  const comment = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? ''
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
  const values = new Map<string, string>()
  let current: string | undefined
  for (const line of lines) {
    const begun = /^(\w+): (.*)$/.exec(line)
    if (begun !== null && members.some((member) => member === begun[1])) {
      current = begun[1]
      values.set(current!, begun[2]!)
    } else if (current !== undefined && line.trim() !== '') values.set(current, `${values.get(current)!} ${line.trim()}`)
  }
  const valueOf = (member: (typeof members)[number]): string => {
    const value = values.get(member)
    if (value === undefined) throw new Error(`models/${file} has no line "${member}: …" in its header`)
    return value
  }
  return { file, models: valueOf('Models'), reads: valueOf('Reads'), writes: valueOf('Writes'), omits: valueOf('Omits') }
}

/** Every model, by file. */
export const modelHeaders = (root = 'models'): readonly ModelHeader[] => filesIn(root)
  .map((path) => relative(root, path)).filter(isModel).sort()
  .map((file) => headerOf(file, readFileSync(join(root, file), 'utf8')))

/** Kinds of cells that a header may name. */
const prefixes = [
  'cache', 'cgroups', 'chart', 'client', 'clients', 'clusterip', 'container', 'cut', 'down', 'elapsed', 'elsewhere',
  'endpoint', 'expectations', 'fault', 'files', 'images', 'incarnations', 'index', 'ipam', 'listener', 'memory', 'mounts',
  'mutant', 'names', 'nodeport', 'output', 'processes', 'profile', 'progress', 'queue', 'reflector', 'request', 'resets', 'response',
  'restarts', 'routed', 'rules', 'sandbox', 'sandboxes', 'saturates', 'schedule', 'slots', 'static', 'store',
  'timer', 'trouble', 'user', 'watch', 'watched', 'watchers', 'wrote',
]

const throughCache = ['cache', 'index', 'reflector', 'store', 'watch']

/** The kinds of cells that a line of a header names. */
export function prefixesIn(line: string): readonly string[] {
  const named = line.split(/[^a-z]+/).filter((word) => prefixes.includes(word))
  const implied = line.includes('through the cache') ? throughCache : []
  return [...new Set([...named, ...implied])].sort()
}
