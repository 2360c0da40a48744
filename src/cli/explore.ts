/** `orrery explore`: every order of events within bounds. */
import { formatInputError, type InputError } from '#api/manifests/input-error'
import { Explorer } from '#checker/explore/explore'
import { ControllerError } from '#machine/controller-error'
import { withOracle } from '#machine/oracle'
import { mutants } from '#models/mutants/index'
import { systemOf } from '#properties/scenario'
import { assumedOf } from './assumed.js'
import { findings, unconfirmedOf } from './explore-findings.js'
import { drawGraph, noPicture } from './explore-graph.js'
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
    return report(await judge(task, options, interruption), options)
  } catch (error) {
    if (error instanceof ControllerError) return refuse(options, [asInput(error)])
    throw error
  } finally {
    interruption.end()
  }
}

async function judge(task: Task, options: ExploreOptions, interruption: Interruption): Promise<ExploreVerdict> {
  const { scenario, claims, bounds, memory, own, inputs } = task
  const { json = false, worlds: most, time, failOn } = options
  const say = json ? () => {} : (text: string) => void process.stdout.write(`${text}\n`)
  say(describeScenario(scenario, options.filename, 'Exploring'))
  say(wrap(`${extentOf(bounds)} (docs/exploring.md)`, '  '))
  const refused = await rehearse(scenario, own.controllers)
  for (const { message } of refused) say(wrap(`! ${message}`, '  '))
  const system = systemOf(scenario, { mutants, controllers: own.controllers })
  const explorer = await withOracle(() => new Explorer({
    system, claims, bounds, memory, ...(most === undefined ? {} : { most: most + 1 }), // so many Worlds may be all
  }))
  const progress = new ExploreProgress(json ? undefined : process.stderr)
  const stopped = await runExplorer(explorer, {
    memory, interruption, look: (now, elapsed) => progress.update(now, elapsed), ...(time === undefined ? {} : { time }),
  })
  progress.clear()
  const explored = await withOracle(() => explorer.finish(stopped !== undefined))
  const { violations, problems } = await findings(explored.counterexamples, task, {
    interruption, ...(json ? {} : { terminal: process.stderr }), found: (violation) => say(`\n${violationText(violation, failOn)}`),
  })
  const judged = {
    stopped, claims: exploredClaims(task, explored), violations, unconfirmed: explored.unconfirmed.map(unconfirmedOf),
  }
  const file = options.graph
  const picture = { system, bounds, title: `${options.filename.join(', ')}: ${extentOf(bounds)}` }
  const undrawn = file === undefined ? undefined
    : noPicture(file, explored.worlds, stopped === undefined) ?? await withOracle(() => drawGraph(file, picture))
  const { worlds, transitions, expanded, depth, bytes, evaluations, found } = explored
  return {
    ...judged, verdict: concludeExploration(judged, failOn),
    worlds, transitions, expanded, depth, bytes, evaluations, found, bounds,
    limits: { memory, ...(most === undefined ? {} : { worlds: most }), ...(time === undefined ? {} : { time }) },
    notModelled: inputs.notModelled, assumed: assumedOf(inputs.loaded),
    errors: [...refused, ...problems, ...(undrawn === undefined ? [] : [undrawn])],
    ...(file === undefined || undrawn !== undefined ? {} : { graph: file }),
  }
}

function refuse({ json = false }: ExploreOptions, errors: readonly InputError[]): number {
  if (json) process.stdout.write(refusedDocument(errors))
  else for (const error of errors) process.stderr.write(`${formatInputError(error)}\n`)
  return exitCode('error')
}

function report(verdict: ExploreVerdict, { json = false, failOn, graph: file }: ExploreOptions): number {
  if (json) process.stdout.write(exploreDocument(verdict))
  else {
    process.stdout.write(`\n${exploreText(verdict, failOn)}\n`)
    if (verdict.graph !== undefined) process.stdout.write(`  Its graph: ${verdict.graph}\n`)
    for (const { code, message, file: place, next } of verdict.errors.filter((error) => error.code !== 'E_REFUSED')) {
      process.stderr.write(`${place ?? 'orrery'}: ${message} [${code}]\n  ${next ?? ''}\n`)
    }
  }
  const code = exitCode(verdict.verdict)
  // A picture that was asked for and is not there must not pass for one.
  return file !== undefined && verdict.graph === undefined && code === 0 ? exitCode('error') : code
}
