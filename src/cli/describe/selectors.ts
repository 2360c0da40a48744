/** Selectors as they are spelled: `app=web,tier in (a,b),!old`. */
import type { LabelSelector } from '#api/types'

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** FormatLabelSelector. */
export function selectorText(selector: LabelSelector | undefined): string {
  const requirements = [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
      const list = `(${[...values].sort(byText).join(',')})`
      const text = {
        In: `${key} in ${list}`,
        NotIn: `${key} notin ${list}`,
        Exists: key,
        DoesNotExist: `!${key}`,
      }[operator]
      return { key, text }
    }),
  ]
  // Sorted by key alone; those of one key stay as they were.
  return requirements.length === 0
    ? '<none>'
    : requirements
        .sort((a, b) => byText(a.key, b.key))
        .map(({ text }) => text)
        .join(',')
}

/** FormatLabels, of a Service's selector. */
export const mapText = (map: { readonly [label: string]: string } | undefined): string =>
  selectorText(map === undefined ? undefined : { matchLabels: map })
