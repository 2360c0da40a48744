/** A claim that only upstream can keep is judged, told, and no reason to fail. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noConfiguration, type Configuration } from '#cli/configuration'
import { hunt } from '#cli/hunt'
import { readInputs, type Inputs } from '#cli/inputs'
import { Progress } from '#cli/progress'
import { conclude, reportClaims, type Severity } from '#cli/verdict'
import { claims, usualClaims } from '#properties/claims'
import { apply, deployment, scale, scenarioOf } from '#properties/kill/manifests'

const warnings = claims.filter(({ severity }) => severity === 'warning')

/** In place of the rare order in which upstream does the same: kubernetes/kubernetes#138840. */
const scenario = { ...scenarioOf({}, apply(deployment('web')), scale('web', 3)), mutants: ['deployment-rescale-forgets-annotations'] }

async function verdict(failOn: Severity, severity: Configuration['severity'] = {}): Promise<readonly unknown[]> {
  const job = { scenario, claims: ['rescale-finishes'], budgets: { delays: 0, faults: 0 }, seed: 1 }
  const { errors: _, ...nothing } = await readInputs({ filename: [] }, [])
  const inputs: Inputs = { ...nothing, scenario, configuration: { ...noConfiguration, severity }, errors: [] }
  const judged = claims.filter(({ name }) => name === 'rescale-finishes')
  const { tally, violations } = await hunt(job, { runs: 1, workers: 1, memory: false }, judged, inputs,
    { progress: new Progress(undefined), interruption: { asked: false }, found: () => {} })
  return [...violations.map((one) => one.severity), conclude(tally, violations, failOn, reportClaims(judged, tally))]
}

describe('A claim that upstream itself breaks on some orders, or whose break may be meant', () => {
  const before = process.cwd()
  const folder = mkdtempSync(join(tmpdir(), 'orrery-'))
  beforeAll(() => process.chdir(folder)) // what is found is kept where the command runs
  afterAll(() => {
    process.chdir(before)
    rmSync(folder, { recursive: true })
  })

  it('is judged without being asked for, and does not make a property of your own fail', () => {
    expect(warnings.map(({ name, optIn }) => [name, optIn])).toEqual([['rescale-finishes', undefined], ['containers-stay-up', undefined]])
    expect(usualClaims.filter((claim) => warnings.includes(claim))).toEqual([])
  })

  it('is told as a warning, and the check passes', async () => {
    expect(await verdict('error')).toEqual(['warning', 'pass'])
  })

  it('fails the check of who wants that', async () => {
    expect(await verdict('warning')).toEqual(['warning', 'violation'])
    expect(await verdict('error', { 'rescale-finishes': 'error' })).toEqual(['error', 'violation'])
  })
})
