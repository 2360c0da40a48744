/**
 * Loops of Worlds in which things may go on for ever though everything gets its turn: what is wrong in each
 * World of such a loop never comes right. Everything gets its turn where no choice is enabled in all of its
 * Worlds and taken in none (weak fairness), the clock included.
 *
 * They are looked for among Worlds that lead to each other: where any loop is fair, the one through all of
 * those is.
 */

/** A World of a graph: what can be done in it, and to which World what is done there leads. */
export interface Node {
  /** Choices that are enabled, taken or not. */
  readonly enabled: readonly number[]
  readonly steps: readonly { readonly choice: number; readonly to: number }[]
}

/**
 * Worlds that lead to each other, through all of which a fair loop goes, each of them `isWrong`; `undefined`:
 * there are none.
 */
export function fairLoop(
  nodes: readonly Node[], isWrong: (node: number) => boolean,
): readonly number[] | undefined {
  return knots(nodes, isWrong).find((knot) => isFair(nodes, knot))
}

function isFair(nodes: readonly Node[], knot: readonly number[]): boolean {
  const inside = new Set(knot)
  const inner = knot.flatMap((node) => nodes[node]!.steps.filter(({ to }) => inside.has(to)))
  if (inner.length === 0) return false
  const taken = new Set(inner.map(({ choice }) => choice))
  return nodes[knot[0]!]!.enabled.every((choice) =>
    taken.has(choice) || knot.some((node) => !nodes[node]!.enabled.includes(choice)))
}

/** Wrong Worlds that lead to each other by way of wrong Worlds alone (Tarjan, 1972; without recursion). */
function knots(nodes: readonly Node[], isWrong: (node: number) => boolean): readonly (readonly number[])[] {
  const found: (readonly number[])[] = []
  const order = new Int32Array(nodes.length) // in which each was met; 0: it was not
  const lowest = new Int32Array(nodes.length)
  const isOpen = new Uint8Array(nodes.length)
  const open: number[] = []
  let count = 0
  const enter = (node: number): void => {
    order[node] = lowest[node] = ++count
    isOpen[node] = 1
    open.push(node)
  }
  for (let root = 0; root < nodes.length; root++) {
    if (order[root] !== 0 || !isWrong(root)) continue
    enter(root)
    const way = [{ node: root, next: 0 }]
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const { node } = last
      const step = nodes[node]!.steps[last.next++]
      if (step === undefined) {
        way.pop()
        const before = way.at(-1)
        if (before !== undefined) lowest[before.node] = Math.min(lowest[before.node]!, lowest[node]!)
        if (lowest[node] === order[node]) {
          const knot = open.splice(open.lastIndexOf(node))
          for (const one of knot) isOpen[one] = 0
          found.push(knot)
        }
      } else if (isWrong(step.to)) {
        if (order[step.to] === 0) {
          enter(step.to)
          way.push({ node: step.to, next: 0 })
        } else if (isOpen[step.to] === 1) lowest[node] = Math.min(lowest[node]!, order[step.to]!)
      }
    }
  }
  return found
}
