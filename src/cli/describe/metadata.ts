/** Labels, annotations, taints and tolerations, one a line. */
import type { Taint, Toleration, TopologySpreadConstraint } from '#api/types'
import type { Paper } from './paper.js'
import { byText, selectorText } from './selectors.js'

type Texts = { readonly [key: string]: string }

/** One line each, the title before the first. */
function listed(paper: Paper, title: string, lines: readonly string[]): void {
  paper.write(0, `${title}:\t${lines.length === 0 ? '<none>' : lines.join('\n\t')}\n`)
}

export const labels = (paper: Paper, title: string, all: Texts | undefined): void =>
  listed(
    paper,
    title,
    Object.keys(all ?? {})
      .sort(byText)
      .map((key) => `${key}=${all?.[key] ?? ''}`),
  )

const longest = 140
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

const shortened = (text: string): string =>
  text.length > longest - 2 ? `${text.slice(0, longest - 2)}...` : text

/** What is long, or has several lines, begins on a line of its own. */
export function annotations(paper: Paper, title: string, all: Texts | undefined): void {
  const keys = Object.keys(all ?? {})
    .filter((key) => key !== lastApplied)
    .sort(byText)
  listed(
    paper,
    title,
    keys.map((key) => {
      const value = (all?.[key] ?? '').replace(/\n$/, '')
      const isShort = value.length + key.length + 2 <= longest && !value.includes('\n')
      return isShort
        ? `${key}: ${value}`
        : [`${key}:`, ...value.split('\n').map((line) => `\t  ${shortened(line)}`)].join('\n')
    }),
  )
}

const taintText = ({ key, value = '', effect }: Taint): string =>
  value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`

export const taints = (paper: Paper, title: string, all: readonly Taint[] = []): void =>
  listed(
    paper,
    title,
    [...all].sort((a, b) => byText(`${a.effect},${a.key}`, `${b.effect},${b.key}`)).map(taintText),
  )

function tolerationText({ key = '', value = '', effect, operator, tolerationSeconds }: Toleration): string {
  const place = `${key}${value === '' ? '' : `=${value}`}${effect === undefined ? '' : `:${effect}`}`
  const exists = operator === 'Exists' && value === '' ? `${place === '' ? '' : ' '}op=Exists` : ''
  return `${place}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`
}

export const tolerations = (paper: Paper, title: string, all: readonly Toleration[] = []): void =>
  listed(paper, title, [...all].sort((a, b) => byText(a.key ?? '', b.key ?? '')).map(tolerationText))

/** `space` stands before what belongs to a pod template. */
export function spreadConstraints(
  paper: Paper,
  all: readonly TopologySpreadConstraint[] = [],
  space = '',
): void {
  if (all.length === 0) return
  const lines = [...all]
    .sort((a, b) => byText(a.topologyKey, b.topologyKey))
    .map((one) => {
      const selector =
        one.labelSelector === undefined ? '' : ` for selector ${selectorText(one.labelSelector)}`
      return `${one.topologyKey}:${one.whenUnsatisfiable} when max skew ${one.maxSkew} is exceeded${selector}\n`
    })
  paper.write(0, `${space}Topology Spread Constraints:\t${lines.join(`${space}\t`)}`)
}
