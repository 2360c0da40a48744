// Everything that is measured, with the peers beside it, in one run on one machine. Run `npm run build` first; the peer that
// has to be installed: `npm ci --prefix bench/peers && npm run bundle --prefix bench/peers`.
//   node bench/table.mjs [SECONDS]      how long (a) and its peer go on; 60 by default
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const seconds = process.argv[2] ?? '60'
const webernetes = 'bench/peers/dist/webernetes.mjs'

/** The lines of JSON that a script prints; none where it fails. */
function run(script, ...given) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...given], { encoding: 'utf8' })
  const lines = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
  if (status !== 0 || lines.length === 0) {
    console.error(`${script} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`)
    process.exitCode = 1
  }
  return lines
}

const row = (what, ...cells) => console.log([what.padEnd(64), ...cells.map((cell) => String(cell).padStart(14))].join(' '))

console.log('(a) random orders, one core                                            Steps/s    Steps/CPU s')
const [orders] = run('bench/orders.mjs', seconds)
if (orders !== undefined) {
  row(`orrery: ${orders.orders} orders, ${orders.claims} claims on, memo hits ${(100 * orders.memoHits).toFixed(1)} %`,
    orders.stepsPerSecond, orders.stepsPerCpuSecond)
}
const [scheduler] = run('bench/peers/fast-check-scheduler.mjs', seconds)
if (scheduler !== undefined) {
  row(`fast-check scheduler() on a hand-written rollout, no claims`, scheduler.stepsPerSecond, scheduler.stepsPerCpuSecond)
}

console.log('\n(b) a Deployment behind a Service, to Ready and routed everywhere     CPU ms/pod   peak MiB')
const [warmUp, ...simulated] = run('bench/simulate.mjs')
const sized = ({ pods, nodes }) => `${pods} pods over ${nodes} nodes`
for (const one of simulated) row(`orrery: ${sized(one)}, each with kubelet and kube-proxy`, one.cpuMsPerPod, one.peakMiB)
if (warmUp !== undefined) row(`  the warm-up before: ${sized(warmUp)}`, warmUp.cpuMsPerPod, warmUp.peakMiB)
if (existsSync(webernetes)) {
  const [peer] = run(webernetes, '200')
  const alike = simulated.at(-1)
  if (peer !== undefined && alike !== undefined) {
    row(`${peer.peer}: ${peer.ready} pods over 3 nodes`, peer.cpuMsPerPod.toFixed(3))
    row(`  ratio to ${sized(alike)}`, (peer.cpuMsPerPod / alike.cpuMsPerPod).toFixed(1))
  }
} else console.log('@ngrok/webernetes: skipped, not installed (npm ci --prefix bench/peers && npm run bundle --prefix bench/peers)')
