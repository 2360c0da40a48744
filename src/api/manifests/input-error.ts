/**
 * What a user got wrong: a stable code (listed in `docs/errors.md`), one clear sentence, the place and the
 * next step. `line` and `column` count from 1 and are absent where the file as a whole is meant; `field` is a
 * path in upstream's spelling (`spec.template.spec.containers[0].image`).
 */
export type InputError = {
  readonly code: string
  readonly message: string
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly field?: string
  readonly next: string
}

/** Codes of this folder; the command line adds its own for files. */
export const manifestErrorCodes = [
  'E_NOT_TEXT', 'E_FILE_TOO_LARGE', 'E_OBJECT_TOO_LARGE', 'E_YAML_SYNTAX', 'E_YAML_DEPTH', 'E_YAML_ALIAS',
  'E_YAML_KEY', 'E_YAML_VALUE', 'E_MANY_DOCUMENTS', 'E_DUPLICATE_FIELD', 'E_NOT_AN_OBJECT', 'E_NO_KIND',
  'E_UNKNOWN_KIND', 'E_UNKNOWN_FIELD', 'E_WRONG_TYPE', 'E_FILE_MODE', 'E_NO_NAME', 'E_DUPLICATE_OBJECT',
  'E_TOO_MANY_PODS', 'E_INVALID', 'E_KUSTOMIZATION', 'E_NO_OBJECTS',
] as const

export type ManifestErrorCode = (typeof manifestErrorCodes)[number]

export type Place = { readonly line: number; readonly column: number }

/** `web.yaml:12:5: sentence [CODE]`, then the next step on a line of its own. */
export const formatInputError = ({ code, message, file, line, column, next }: InputError): string => {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  return `${place}: ${message} [${code}]\n  ${next}`
}

/** By file in the order given, then by line: the order in which a person mends them. */
export const sortErrors = (
  errors: readonly InputError[], files: readonly string[]
): readonly InputError[] => {
  const order = new Map(files.map((file, index) => [file, index]))
  const rank = (error: InputError): number => order.get(error.file) ?? files.length
  return [...errors].sort((a, b) =>
    rank(a) - rank(b) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
