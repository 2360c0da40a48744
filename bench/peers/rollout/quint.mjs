// Random runs of the reference rollout in Quint's TypeScript simulator, each to its end. Its exhaustive `verify` is
// left out: it needs Java and downloads a model checker.
//   node bench/peers/rollout/quint.mjs R S U [--samples N] [--unsafe] [--no-expectations]
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { given, skip } from './line.mjs'

const { model, size, count } = given([3, 2, 2], { counts: ['samples'] })
const { replicas, maxSurge, maxUnavailable, isSafe, expects } = model
const constants = { R: replicas, S: maxSurge, U: maxUnavailable, SAFE: isSafe, EXP: expects }
const peer = 'Quint, TypeScript simulator'
const installed = fileURLToPath(new URL('../node_modules/@informalsystems/quint/dist/src/cli.js', import.meta.url))
if (!existsSync(installed)) skip(peer, 'not installed (npm ci --prefix bench/peers)')

const folder = mkdtempSync(join(tmpdir(), 'orrery-quint-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
copyFileSync(new URL('rollout.qnt', import.meta.url), join(folder, 'rollout.qnt'))
writeFileSync(join(folder, 'sized.qnt'), `module sized {
  import rollout(${Object.entries(constants).map(([name, is]) => `${name} = ${is}`).join(', ')}).* from "./rollout"
}
`)
const samples = count('samples', 300)
// Longer than any order of the model, which always comes to rest.
const steps = 60 * (replicas + maxSurge + 1)
const { stdout, stderr, error } = spawnSync(process.execPath, [
  installed, 'run', '--backend', 'typescript', '--main', 'sized', '--invariant', 'claims', '--seed', '1',
  '--max-samples', String(samples), '--max-steps', String(steps), 'sized.qnt',
], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })

if (stdout.includes('[violation]')) {
  console.log(JSON.stringify({ peer, size, isViolated: true }))
  process.exit(0)
}
const [, milliseconds] = /\((\d+)ms at/.exec(stdout) ?? []
const [, average] = /average=([\d.]+)/.exec(stdout) ?? []
if (error !== undefined || milliseconds === undefined || average === undefined) {
  console.error(`${peer} failed: ${error?.message ?? (stderr || stdout).trim()}`)
  process.exit(1)
}
// A run is as long as its states are many, the first included.
const taken = Math.round(samples * (Number(average) - 1))
const seconds = Number(milliseconds) / 1000
const stepsPerSecond = Math.round(taken / seconds)
console.log(JSON.stringify({ peer, size, samples, steps: taken, seconds, stepsPerSecond, isViolated: false }))
