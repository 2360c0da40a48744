/** A JSON value as the API server stores it; parts of an object that no model reads stay opaque. */
export type Json =
  | string | number | boolean | null
  | readonly Json[]
  | { readonly [field: string]: Json | undefined }

export type JsonObject = { readonly [field: string]: Json | undefined }

/** apimachinery `pkg/util/intstr`: a number, or a percentage or port name as text. */
export type IntOrString = number | string

/** apimachinery `pkg/api/resource.Quantity` on the wire: `500m`, `1Gi`, and, from YAML, bare numbers. */
export type QuantityText = string | number

/** Resource name to quantity; core/v1 `ResourceList`. */
export type ResourceList = { readonly [resource: string]: QuantityText }

/** RFC 3339 text. Written at the edge only: models never set or read a time. */
export type Time = string

export type ConditionStatus = 'True' | 'False' | 'Unknown'

/**
 * What a user may write for `T`: Go decodes an absent field to its zero value and checks no enumeration, so
 * every field may be absent and every text may be any text until validation has seen the object.
 */
export type Input<T> = [Json] extends [T] ? T : Loose<T>

type Loose<T> =
  T extends string ? string :
  T extends number ? number :
  T extends boolean ? boolean :
  T extends readonly (infer Item)[] ? readonly Input<Item>[] :
  string extends keyof T ? { readonly [Field in keyof T]: Input<T[Field]> } :
  T extends object ? { readonly [Field in keyof T]?: Input<T[Field]> | undefined } :
  T
