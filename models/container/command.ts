/**
 * Models: pkg/kubelet/container/helpers.go (ExpandContainerCommandAndArgs, ExpandContainerCommandOnlyStatic,
 *   ExpandContainerVolumeMounts); containerd internal/cri/opts/spec_opts.go (WithProcessArgs)
 * Reads: nothing (it is handed a container, its environment and its image's configuration)
 * Writes: nothing
 * Omits: an empty list that is none: over CRI the two are the same
 */
import * as either from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Container, EnvVar as SpecEnvVar, VolumeMount } from '#api/types'
import { expand, lookUp, mappingFuncFor, type Variables } from './expansion.js'

/** kubecontainer.EnvVar: a variable with the value that the process sees. */
export interface EnvVar {
  readonly name: string
  readonly value: string
}

/** Of two of one name the later stands. */
export const envVarsToMap = (envs: readonly EnvVar[]): Variables =>
  Object.fromEntries(envs.map(({ name, value }) => [name, value]))

export interface CommandAndArgs {
  readonly command: readonly string[]
  readonly args: readonly string[]
}

export function expandContainerCommandAndArgs(
  { command = [], args = [] }: Pick<Container, 'command' | 'args'>, envs: readonly EnvVar[],
): CommandAndArgs {
  const mapping = mappingFuncFor(envVarsToMap(envs))
  return {
    command: command.map((word) => expand(word, mapping)),
    args: args.map((word) => expand(word, mapping)),
  }
}

/** By what the spec says in so many words; what `valueFrom` brings is not known here. */
export function expandContainerCommandOnlyStatic(
  command: readonly string[], envs: readonly SpecEnvVar[],
): readonly string[] {
  const mapping = mappingFuncFor(envVarsToMap(envs.map(({ name, value = '' }) => ({ name, value }))))
  return command.map((word) => expand(word, mapping))
}

/** The `subPath` that `subPathExpr` comes to. A variable that is empty is as good as missing. */
export function expandContainerVolumeMounts(
  { subPathExpr = '' }: Pick<VolumeMount, 'subPathExpr'>, envs: readonly EnvVar[],
): Either<string, string> {
  const variables = envVarsToMap(envs)
  const missing = new Set<string>()
  const expanded = expand(subPathExpr, (name) => {
    const value = lookUp(variables, name) ?? ''
    if (value === '') missing.add(name)
    return value
  })
  return missing.size > 0
    ? either.left(`missing value for ${[...missing].sort().join(', ')}`)
    : either.right(expanded)
}

/** What an image says is run where the container does not. */
export interface ImageCommand {
  readonly entrypoint?: readonly string[]
  readonly cmd?: readonly string[]
}

/**
 * What is executed: `command` stands in place of the image's ENTRYPOINT and its CMD, `args` of its CMD
 * alone.
 */
export function processArgs(
  { command, args }: CommandAndArgs, { entrypoint = [], cmd = [] }: ImageCommand,
): Either<string, readonly string[]> {
  const isNothing = entrypoint.length === 1 && entrypoint[0] === ''
  const first = command.length > 0 ? command : isNothing ? [] : entrypoint
  const rest = command.length > 0 || args.length > 0 ? args : cmd
  const all = [...first, ...rest]
  return all.length === 0 ? either.left('no command specified') : either.right(all)
}
