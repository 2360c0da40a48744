import { expect } from 'vitest'
import { loadManifests } from '#api/manifests/load'

/** A text with one thing wrong, and how that is told. */
export type Row = {
  readonly says: string
  readonly text: string
  readonly file?: string
  readonly code: string
  /** `line:column`, '' for the file as a whole. */
  readonly at: string
  readonly field?: string
  /** Parts of the sentence and of the next step. */
  readonly message: string
  readonly next: string
}

export const expectOnlyError = ({ text, file = 'web.yaml', code, at, field, message, next }: Row): void => {
  const { errors } = loadManifests([{ file, text }])
  expect(errors.map((error) => error.code)).toEqual([code])
  const [error] = errors
  expect([error?.line, error?.column].filter((part) => part !== undefined).join(':')).toBe(at)
  expect(error).toMatchObject({ file, ...(field === undefined ? {} : { field }) })
  expect(error?.message).toContain(message)
  expect(error?.next).toContain(next)
}

/** A Deployment whose lines are known: `spec` is on line 4, its fields follow. */
export const deployment = (...spec: readonly string[]): string => [
  'apiVersion: apps/v1', 'kind: Deployment', 'metadata: {name: web}', 'spec:',
  ...spec.map((line) => `  ${line}`),
].join('\n')

/** The same with one container, whose further fields start on line 9. */
export const container = (...fields: readonly string[]): string => deployment(
  'template:', '  spec:', '    containers:', '    - name: web', ...fields.map((line) => `      ${line}`),
)

/** The same with one volume, on line 5. */
export const volume = (source: string): string =>
  deployment(`template: {spec: {volumes: [{name: a, ${source}}]}}`)

export const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'
