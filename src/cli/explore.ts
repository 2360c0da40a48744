/** `orrery explore`: every order of events within bounds. */
import { formatInputError, type InputError } from '#api/manifests/input-error'
import { Crew } from '#checker/explore/crew/crew'
import { threads } from '#checker/explore/crew/threads'
import { Edges } from '#checker/explore/edges'
import { Explorer, type Exploration, type Progress } from '#checker/explore/explore'
import { both } from '#checker/explore/observers'
import { Reach } from '#checker/explore/reach'
import type { Saved } from '#checker/explore/saved'
import type { System } from '#checker/system'
import { ControllerError } from '#machine/controller-error'
import { withOracle } from '#machine/oracle'
import { mutants } from '#models/mutants/index'
import { systemOf } from '#properties/scenario'
import { assumedOf } from './assumed.js'
import { coverageOf, processorTime, withCoverage, type CoverageReport } from './explore-coverage.js'
import { coverageText, noCoverageText } from './explore-coverage-text.js'
import { Checkpoint, howToGoOn, isRefusal } from './explore-checkpoint.js'
import { findings, unconfirmedOf } from './explore-findings.js'
import { sourceOf } from './explore-hand.js'
import { drawGraph, mostWorlds, noPicture } from './explore-graph.js'
import { taskOf, type ExploreOptions, type Task } from './explore-input.js'
import { ExploreProgress } from './explore-progress.js'
import { runExplorer } from './explore-run.js'
import { exploreText } from './explore-text.js'
import { concludeExploration, exploreDocument, exploredClaims, refusedDocument, type ExploreVerdict } from './explore-verdict.js'
import { extentOf } from './explore-words.js'
import { Interruption } from './interruption.js'
import { asInput } from './own.js'
import { rehearse } from './rehearse.js'
import { violationText } from './report-text.js'
import { describeScenario } from './scenario-text.js'
import { exitCode } from './verdict.js'
import { wrap } from './words.js'

export async function explore(options: ExploreOptions): Promise<number> {
  const interruption = new Interruption()
  interruption.begin()
  try {
    const task = await taskOf(options)
    if (task.errors.length > 0) return refuse(options, task.errors)
    const checkpoint = new Checkpoint(task, options)
    const taken = checkpoint.takenUp()
    if (isRefusal(taken)) return refuse(options, [taken])
    return report(await judge(task, options, interruption, checkpoint, taken), options)
  } catch (error) {
    if (error instanceof ControllerError) return refuse(options, [asInput(error)])
    throw error
  } finally {
    interruption.end()
  }
}

interface Judged {
  readonly verdict: ExploreVerdict
  /** Absent where it was not asked for, or not everything was explored. */
  readonly coverage?: CoverageReport
}

interface Observed {
  readonly explorer: Explorer
  readonly edges: Edges | undefined
  readonly reach: Reach | undefined
}

/** An explorer, and those who look on for the graph and the coverage where they are asked for. */
function explorerFor(task: Task, system: System, { worlds: most, graph, coverage, strategy, compact = false }: ExploreOptions, taken: Saved | undefined): Observed {
  const { claims, bounds, memory } = task
  let edges: Edges | undefined
  let reach: Reach | undefined
  const explorer = new Explorer({
    system, claims, bounds, memory, strategy, isCompact: compact,
    ...(most === undefined ? {} : { most: most + 1 }), // so many Worlds may be all
    observer(space) {
      edges = graph === undefined ? undefined : new Edges(space, mostWorlds)
      reach = coverage === undefined ? undefined : new Reach(space)
      return both(edges ?? {}, reach ?? {})
    },
  }, taken)
  return { explorer, edges, reach }
}

/** Several who explore; `undefined` where one is enough. */
function crewFor(explorer: Explorer, { scenario, claims, bounds }: Task, { workers = 1 }: ExploreOptions): Crew | undefined {
  if (workers <= 1) return undefined
  return new Crew(explorer, threads(sourceOf({ scenario, claims: claims.map(({ name }) => name), bounds }), workers - 1))
}

async function judge(
  task: Task, options: ExploreOptions, interruption: Interruption, checkpoint: Checkpoint,
  taken: Saved | undefined,
): Promise<Judged> {
  const { scenario, bounds, memory, own, inputs } = task
  const { json = false, worlds: most, time, failOn } = options
  const say = json ? () => {} : (text: string) => void process.stdout.write(`${text}\n`)
  const terminal = json ? undefined : process.stderr
  say(describeScenario(scenario, options.filename, 'Exploring'))
  say(wrap(`${extentOf(bounds)}${options.strategy === 'depth-first' ? ', depth first' : ''} (docs/exploring.md)`, '  '))
  const refused = await rehearse(scenario, own.controllers)
  for (const { message } of refused) say(wrap(`! ${message}`, '  '))
  const system = systemOf(scenario, { mutants, controllers: own.controllers })
  const started = processorTime()
  const { explorer, edges, reach } = await withOracle(() => explorerFor(task, system, options, taken))
  const progress = new ExploreProgress(terminal)
  const crew = crewFor(explorer, task, options)
  const stopped = await runExplorer(explorer, {
    memory, interruption, crew, beside: () => reach?.bytes ?? 0, look: (now, elapsed) => progress.update(now, elapsed), ...(time === undefined ? {} : { time }),
  }).finally(() => crew?.end())
  progress.clear()
  const took = processorTime() - started
  const kept = stopped === undefined || stopped === 'exhausted' ? {} : checkpoint.keep(explorer)
  const explored = await withOracle(() => explorer.finish(stopped !== undefined))
  const { violations, problems } = await findings(explored.counterexamples, task, {
    interruption, ...(terminal === undefined ? {} : { terminal }), found: (violation) => say(`\n${violationText(violation, failOn)}`),
  })
  const judged = {
    stopped, claims: exploredClaims(task, explored), violations, unconfirmed: explored.unconfirmed.map(unconfirmedOf),
  }
  const file = options.graph
  const undrawn = file === undefined || edges === undefined ? undefined
    : noPicture(file, explored.worlds, stopped === undefined) ?? drawGraph(file, `${options.filename.join(', ')}: ${extentOf(bounds)}`, edges)
  const coverage = reach === undefined || stopped !== undefined ? undefined : await coverageOf({
    system, claims: task.claims, budgets: bounds, reach, seed: 1, time: took, interruption,
    found: explored.counterexamples.map(({ key, violation: { claim, message } }) => ({ key, claim, message })),
    ...(typeof options.coverage === 'number' ? { orders: options.coverage } : {}), ...(terminal === undefined ? {} : { terminal }),
  })
  const verdict = {
    ...judged, verdict: concludeExploration(judged, failOn),
    ...progressOf(explored), bytes: explored.bytes + (reach?.bytes ?? 0), bounds, strategy: options.strategy, compact: options.compact ?? false,
    limits: { memory, ...(most === undefined ? {} : { worlds: most }), ...(time === undefined ? {} : { time }) },
    notModelled: inputs.notModelled, assumed: assumedOf(inputs.loaded),
    errors: [...refused, ...problems, ...(kept.problem === undefined ? [] : [kept.problem]), ...(undrawn === undefined ? [] : [undrawn])],
    ...(file === undefined || undrawn !== undefined ? {} : { graph: file }),
    ...(kept.file === undefined ? {} : { checkpoint: kept.file }),
  }
  return { verdict, ...(coverage === undefined ? {} : { coverage }) }
}

/** How far it came. The explorer's own counts are larger by now: what is found is gone through once more. */
const progressOf = (
  { worlds, transitions, expanded, depth, bytes, evaluations, found, spared }: Exploration,
): Progress =>
  ({ worlds, transitions, expanded, depth, bytes, evaluations, found, spared })

function refuse({ json = false }: ExploreOptions, errors: readonly InputError[]): number {
  if (json) process.stdout.write(refusedDocument(errors))
  else for (const error of errors) process.stderr.write(`${formatInputError(error)}\n`)
  return exitCode('error')
}

function report({ verdict, coverage }: Judged, options: ExploreOptions): number {
  const { json = false, failOn, graph: file, coverage: asked } = options
  if (json) process.stdout.write(withCoverage(exploreDocument(verdict), coverage))
  else {
    process.stdout.write(`\n${exploreText(verdict, failOn)}\n`)
    if (coverage !== undefined) process.stdout.write(`\n${coverageText(coverage, verdict.bounds)}\n`)
    else if (asked !== undefined) process.stdout.write(`${noCoverageText()}\n`)
    if (verdict.checkpoint !== undefined) process.stdout.write(`${wrap(howToGoOn(verdict.checkpoint, options), '  ')}\n`)
    if (verdict.graph !== undefined) process.stdout.write(`  Its graph: ${verdict.graph}\n`)
    for (const { code, message, file: place, next } of verdict.errors.filter((error) => error.code !== 'E_REFUSED')) {
      process.stderr.write(`${place ?? 'orrery'}: ${message} [${code}]\n  ${next ?? ''}\n`)
    }
  }
  const code = exitCode(verdict.verdict)
  // A picture that was asked for and is not there must not pass for one.
  return file !== undefined && verdict.graph === undefined && code === 0 ? exitCode('error') : code
}
