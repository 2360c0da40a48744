/**
 * Models: third_party/forked/golang/expansion/expand.go (MappingFuncFor, Expand)
 * Reads: nothing (it is handed a text and what names stand for)
 * Writes: nothing
 * Omits: nothing that is observable
 */

export type Variables = { readonly [name: string]: string }

/** What a name stands for. */
export type Mapping = (name: string) => string

export const lookUp = (variables: Variables, name: string): string | undefined =>
  (Object.hasOwn(variables, name) ? variables[name] : undefined)

/**
 * The first of these that knows a name says what it stands for; a name that none knows stands for its
 * reference.
 */
export const mappingFuncFor = (...contexts: readonly Variables[]): Mapping => (name) => {
  for (const variables of contexts) {
    const value = lookUp(variables, name)
    if (value !== undefined) return value
  }
  return `$(${name})`
}

/** `$(NAME)` becomes what NAME stands for, once: what comes out is not read again. `$$` is a `$`. */
export function expand(input: string, mapping: Mapping): string {
  let text = ''
  let at = 0
  while (at < input.length) {
    const dollar = input.indexOf('$', at)
    if (dollar < 0 || dollar + 1 === input.length) break
    text += input.slice(at, dollar)
    const next = input[dollar + 1]
    const closer = next === '(' ? input.indexOf(')', dollar + 2) : -1
    if (closer >= 0) text += mapping(input.slice(dollar + 2, closer))
    else text += next === '$' ? '$' : input.slice(dollar, dollar + 2)
    at = (closer >= 0 ? closer : dollar + 1) + 1
  }
  return text + input.slice(at)
}
