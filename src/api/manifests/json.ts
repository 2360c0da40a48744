import type { Json, JsonObject } from '../types/json.js'

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isList(value)

/** `Array.isArray` alone does not narrow readonly lists. */
export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
