/** The Informal Trace Format, as https://apalache-mc.org/docs/adr/015adr-trace.html has it: what is wrong with a document. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

const isObject = (value: Json | undefined): value is { readonly [member: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** Expressions with a form of their own: one member that begins with `#`. */
const forms: Readonly<Record<string, (value: Json, where: string) => readonly string[]>> = {
  '#bigint': (value, where) => (typeof value === 'string' && /^-?\d+$/.test(value) ? [] : [`${where}: #bigint is no integer in a string`]),
  '#unserializable': (value, where) => (typeof value === 'string' ? [] : [`${where}: #unserializable is no string`]),
  '#tup': (value, where) => inList(value, where),
  '#set': (value, where) => inList(value, where),
  '#map': (value, where) => (isList(value) && value.every((pair) => isList(pair) && pair.length === 2)
    ? value.flatMap((pair, index) => inList(pair, `${where}[${index}]`)) : [`${where}: #map is no list of pairs`]),
}

const inList = (value: Json | undefined, where: string): readonly string[] =>
  isList(value) ? value.flatMap((one, index) => inExpression(one, `${where}[${index}]`)) : [`${where}: no list`]

export function inExpression(value: Json | undefined, where: string): readonly string[] {
  if (typeof value === 'boolean' || typeof value === 'string') return []
  if (typeof value === 'number') return Number.isSafeInteger(value) ? [] : [`${where}: ${value} is no safe integer`]
  if (isList(value)) return inList(value, where)
  if (!isObject(value)) return [`${where}: ${String(value)} is no expression`]
  const [form] = Object.keys(value).filter((name) => name.startsWith('#'))
  if (form === undefined) return Object.entries(value).flatMap(([name, field]) => inExpression(field, `${where}.${name}`))
  const check = forms[form]
  return check === undefined || Object.keys(value).length > 1 ? [`${where}: ${form} is no form of an expression`] : check(value[form]!, where)
}

const isNames = (value: Json | undefined): value is readonly string[] =>
  isList(value) && value.every((name) => typeof name === 'string' && name !== '' && !name.startsWith('#')) && new Set(value).size === value.length

/** Everything that is wrong; empty where nothing is. */
export function problemsIn(text: string): readonly string[] {
  const trace = JSON.parse(text) as Json // any JSON is
  if (!isObject(trace)) return ['the trace is no object']
  const { '#meta': meta, params, vars, states, loop, ...rest } = trace
  if (!isNames(vars)) return ['vars is no list of names, each once']
  if (!isList(states)) return ['states is no list']
  return [
    ...Object.keys(rest).map((name) => `the trace has a member ${name}`),
    ...(meta === undefined || isObject(meta) ? [] : ['#meta is no object']),
    ...(params === undefined || isNames(params) ? [] : ['params is no list of names']),
    ...(loop === undefined || (typeof loop === 'number' && Number.isInteger(loop) && loop >= 0 && loop < states.length) ? [] : ['loop is no state']),
    ...(states.length > 0 ? [] : ['there is no state']),
    ...states.flatMap((state, index) => inState(state, vars, `states[${index}]`)),
  ]
}

function inState(state: Json, vars: readonly string[], where: string): readonly string[] {
  if (!isObject(state)) return [`${where}: no object`]
  const { '#meta': meta, ...values } = state
  return [
    ...(meta === undefined || isObject(meta) ? [] : [`${where}: #meta is no object`]),
    ...vars.filter((name) => !(name in values)).map((name) => `${where}: ${name} is not set`),
    ...Object.keys(values).filter((name) => !vars.includes(name)).map((name) => `${where}: ${name} is not in vars`),
    ...Object.entries(values).flatMap(([name, value]) => inExpression(value, `${where}.${name}`)),
  ]
}

/** An expression as plain JSON again: maps become objects, sets lists. */
export function plain(value: Json): Json {
  if (isList(value)) return value.map(plain)
  if (!isObject(value)) return value
  const { '#bigint': integer, '#set': set, '#map': map, '#unserializable': other } = value
  if (typeof integer === 'string') return Number(integer)
  if (typeof other === 'string') return other === 'null' ? null : Number(other)
  if (isList(set)) return set.map(plain)
  if (isList(map)) return Object.fromEntries((map as readonly (readonly [string, Json])[]).map(([key, one]) => [key, plain(one)])) // as we write them
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
}

export interface Document {
  readonly '#meta': Readonly<Record<string, Json>>
  readonly vars: readonly string[]
  readonly states: readonly Readonly<Record<string, Json>>[]
}
