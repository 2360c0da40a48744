/** What a report says before it begins: what is odd about the input, although it is checked all the same. */
import type { ReportedError } from './verdict.js'
import { wrap } from './words.js'

const warnings: readonly string[] = ['E_REFUSED', 'E_SHELL_SYNTAX', 'E_SHELL_SUBSET']

/** Told when it is found; it does not belong to what went wrong in the end. */
export const isWarning = ({ code }: ReportedError): boolean => warnings.includes(code)

export function warningText({ code, message, file, line, next }: ReportedError): string {
  if (file === undefined) return wrap(`! ${message}`, '  ')
  const place = [file, line].filter((part) => part !== undefined).join(':')
  return [wrap(`! ${place}: ${message} [${code}]`, '  '), ...(next === undefined ? [] : [wrap(next, '    ')])].join('\n')
}
