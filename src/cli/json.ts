/** The document of `--json`: members as in docs/json.md. */
import type { InputError } from '#api/manifests/input-error'
import type { Verdict } from './verdict.js'

const write = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

export const document = (verdict: Verdict): string => write({
  verdict: verdict.verdict,
  claims: verdict.claims.map(({ claim, held, exercised }) => ({ claim, held, exercised })),
  seed: verdict.seed,
  orders: verdict.orders,
  cut: verdict.cut,
  steps: verdict.steps,
  interrupted: verdict.interrupted,
  budgets: verdict.budgets,
  violations: verdict.violations.map(({ timeline: _, ...violation }) => violation),
  notModelled: verdict.notModelled,
  assumed: verdict.assumed,
  unknownImages: verdict.unknownImages ?? [],
  errors: verdict.errors,
})

/** The document where the input was refused. */
export const errorDocument = (errors: readonly InputError[], seed: number): string => document({
  verdict: 'error', claims: [], seed, orders: 0, cut: 0, steps: 0, violations: [], notModelled: [], assumed: [], errors,
  budgets: { delays: 0, faults: 0, maxLag: {} }, interrupted: false,
})
