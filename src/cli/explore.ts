/** `orrery explore`: every order of events within bounds. */
import { formatInputError, type InputError } from '#api/manifests/input-error'
import type { Saved } from '#checker/explore/saved'
import { ControllerError } from '#machine/controller-error'
import { withOracle } from '#machine/oracle'
import { mutants } from '#models/mutants/index'
import { systemOf } from '#properties/scenario'
import { assumedOf } from './assumed.js'
import { unknownImagesOf } from './unknown-images.js'
import { unreadCommandsOf } from './unread-commands.js'
import { isWarning, warningText } from './warning-text.js'
import { coverageOf, withCoverage, type CoverageReport } from './explore-coverage.js'
import { coverageText, noCoverageText } from './explore-coverage-text.js'
import { Checkpoint, howToGoOn, isRefusal } from './explore-checkpoint.js'
import { findings, unconfirmedOf } from './explore-findings.js'
import { drawGraph, noPicture } from './explore-graph.js'
import { keepsBits, taskOf, type ExploreOptions, type Task } from './explore-input.js'
import { ExploreProgress } from './explore-progress.js'
import { progressOf, search } from './explore-search.js'
import { exploreText } from './explore-text.js'
import { concludeExploration, exploreDocument, exploredClaims, refusedDocument, swarmed, type ExploreVerdict } from './explore-verdict.js'
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

async function judge(
  task: Task, options: ExploreOptions, interruption: Interruption, checkpoint: Checkpoint,
  taken: Saved | undefined,
): Promise<Judged> {
  const { scenario, bounds, memory, own, inputs } = task
  const hasBits = keepsBits(options)
  const { json = false, worlds: most, time, failOn } = options
  const say = json ? () => {} : (text: string) => void process.stdout.write(`${text}\n`)
  const terminal = json ? undefined : process.stderr
  say(describeScenario(scenario, options.filename, 'Exploring'))
  say(wrap(`${extentOf(bounds)}${hasBits ? ', depth first, bits alone kept' : options.strategy === 'depth-first' ? ', depth first' : ''} (docs/exploring.md)`, '  '))
  const refused = [...unreadCommandsOf(inputs.loaded, inputs.configuration), ...await rehearse(scenario, own.controllers)]
  for (const error of refused) say(warningText(error))
  const system = systemOf(scenario, { mutants, controllers: own.controllers })
  const progress = new ExploreProgress(terminal)
  const searched = await search(task, system, options, { interruption, look: (now, elapsed) => progress.update(now, elapsed) }, taken)
  progress.clear()
  const { explorer, stopped, took, edges, reach, members } = searched
  const kept = stopped === undefined || stopped === 'exhausted' || members !== undefined ? {} : checkpoint.keep(explorer)
  const explored = await withOracle(() => explorer.finish(stopped !== undefined))
  const reached = progressOf(explored, searched)
  const { violations, problems } = await findings(explored.counterexamples, task, {
    interruption, ...(terminal === undefined ? {} : { terminal }), found: (violation) => say(`\n${violationText(violation, failOn)}`),
  })
  const judged = {
    stopped, missed: reached.missed, claims: exploredClaims(task, explored), violations, unconfirmed: explored.unconfirmed.map(unconfirmedOf),
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
    ...reached, bounds,
    strategy: hasBits ? 'depth-first' : options.strategy, compact: options.compact ?? false, bitstate: hasBits,
    ...(members === undefined ? {} : { swarm: members.map(swarmed) }),
    limits: { memory, ...(most === undefined ? {} : { worlds: most }), ...(time === undefined ? {} : { time }) },
    notModelled: inputs.notModelled, assumed: assumedOf(inputs.loaded.map(({ object }) => object)),
    unknownImages: unknownImagesOf(inputs.loaded, inputs.configuration),
    errors: [...refused, ...problems, ...(kept.problem === undefined ? [] : [kept.problem]), ...(undrawn === undefined ? [] : [undrawn])],
    ...(file === undefined || undrawn !== undefined ? {} : { graph: file }),
    ...(kept.file === undefined ? {} : { checkpoint: kept.file }),
  }
  return { verdict, ...(coverage === undefined ? {} : { coverage }) }
}

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
    for (const { code, message, file: place, next } of verdict.errors.filter((error) => !isWarning(error))) {
      process.stderr.write(`${place ?? 'orrery'}: ${message} [${code}]\n  ${next ?? ''}\n`)
    }
  }
  const code = exitCode(verdict.verdict)
  // A picture that was asked for and is not there must not pass for one.
  return file !== undefined && verdict.graph === undefined && code === 0 ? exitCode('error') : code
}
