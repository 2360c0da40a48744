// The reference rollout on SPIN: rollout.pml compiled to C, then to a searching program. Needs `spin` (Debian's
// package of that name) and a C compiler.
//   node bench/peers/rollout/spin.mjs R S U [--breadth-first] [--cores N] [--table BITS] [--unsafe] [--no-expectations]
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { given, printLine, skip } from './line.mjs'

const { model, size, has, count } = given([4, 2, 2], { flags: ['breadth-first'], counts: ['cores', 'table'] })
const { replicas, maxSurge, maxUnavailable, slots, isSafe, expects } = model
const isBreadthFirst = has('breadth-first')
const cores = count('cores', 1)
const peer = `SPIN, ${isBreadthFirst ? 'breadth' : 'depth'} first${cores > 1 ? `, ${cores} cores` : ''}`
/** MiB that a search may have. */
const memoryLimit = 12_288

const isThere = (program) => spawnSync(program, ['-V'], { stdio: 'ignore' }).error === undefined
const compiler = ['gcc', 'cc', 'clang'].find(isThere)
if (!isThere('spin')) skip(peer, 'not installed (apt-get install spin)')
if (compiler === undefined) skip(peer, 'no C compiler')

const folder = mkdtempSync(join(tmpdir(), 'orrery-spin-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

function run(program, ...words) {
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 }
  const { status, stdout, stderr, error } = spawnSync(program, words, options)
  if (status !== 0) {
    console.error(`${peer}: ${program} failed: ${error?.message ?? (stderr || stdout).trim()}`)
    process.exit(1)
  }
  return stdout
}

const defined = {
  R: replicas, S: maxSurge, U: maxUnavailable, M: slots, SAFE: Number(isSafe), EXP: Number(expects),
  HIDE: Number(!isBreadthFirst && cores === 1),
}
copyFileSync(new URL('rollout.pml', import.meta.url), join(folder, 'rollout.pml'))
run('spin', ...Object.entries(defined).map(([name, is]) => `-D${name}=${is}`), '-a', 'rollout.pml')
run(compiler, '-O2', '-w', '-DSAFETY', '-DNOREDUCE', `-DMEMLIM=${memoryLimit}`, ...(isBreadthFirst ? ['-DBFS'] : []),
  ...(cores > 1 ? [`-DNCORE=${cores}`] : []), '-o', 'pan', 'pan.c')

/** SPIN's table has this many entries, as a power of two, of 8 bytes each: as many as there are states. */
const known = JSON.parse(readFileSync(new URL('sizes.json', import.meta.url), 'utf8'))
const states = known.find((one) => String(one.size) === String(size))?.states ?? 1 << 24
const table = count('table', Math.max(16, Math.ceil(Math.log2(states))))
const number = (text, pattern) => {
  const [, found] = pattern.exec(text) ?? []
  if (found === undefined) throw new Error(`${peer} printed nothing like ${pattern}:\n${text}`)
  return Number(found)
}

// A search that is deeper than its stack is no search of everything.
let text = ''
for (let depth = 10_000; depth <= 100_000_000; depth *= 10) {
  text = run('sh', '-c', `./pan -n -w${table} -m${depth}; times`)
  if (!text.includes('max search depth too small')) break
}
const times = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(text) ?? []
const [, minutes, seconds, systemMinutes, systemSeconds] = times.map(Number)
const violated = /assertion violated .*\(at depth (\d+)\)/.exec(text)
if (violated === null && !/errors: 0/.test(text)) throw new Error(`${peer} did not finish:\n${text}`)

printLine(peer, size, {
  // SPIN counts its state before init, the move from there, and the storing of its first state.
  states: number(text, /(\d+) states, stored/) - 1,
  transitions: number(text, /(\d+) transitions/) - 2,
  ...(isBreadthFirst ? { depth: number(text, /depth reached (\d+)/) - 1 } : {}),
  seconds: number(text, /elapsed time ([\d.]+) seconds/),
  cpuSeconds: 60 * (minutes + systemMinutes) + seconds + systemSeconds,
  peakMiB: Math.round(number(text, /([\d.]+)\s+total actual memory usage/)),
  // Depth first, not the shortest.
  ...(violated === null ? {} : { counterexample: Number(violated[1]) }),
})
