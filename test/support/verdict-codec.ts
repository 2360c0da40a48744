/** The document of `--json` as docs/json.md says it. */
import * as t from 'io-ts'

const claim = t.exact(t.type({ claim: t.string, held: t.boolean, exercised: t.number }))

const violation = t.intersection([
  t.type({
    claim: t.string, severity: t.keyof({ error: null, warning: null }), message: t.string, objects: t.array(t.string),
    steps: t.number, delays: t.number, faults: t.number, orders: t.number, deviations: t.array(t.string), places: t.array(t.string),
  }),
  t.partial({
    advice: t.string, trace: t.string, accepted: t.string,
    remedy: t.type({ field: t.string, places: t.array(t.string), yaml: t.array(t.string) }),
  }),
])

const notModelled = t.intersection([t.type({ kind: t.string, count: t.number }), t.partial({ field: t.string })])

const error = t.intersection([
  t.type({ code: t.string, message: t.string }),
  t.partial({ file: t.string, line: t.number, column: t.number, field: t.string, next: t.string }),
])

export const verdictDocument = t.type({
  verdict: t.keyof({ pass: null, violation: null, inconclusive: null, error: null }),
  claims: t.array(claim),
  seed: t.number,
  orders: t.number,
  cut: t.number,
  steps: t.number,
  interrupted: t.boolean,
  budgets: t.type({ delays: t.number, faults: t.number, maxLag: t.record(t.string, t.number) }),
  violations: t.array(violation),
  notModelled: t.array(notModelled),
  assumed: t.array(t.string),
  unknownImages: t.array(t.string),
  errors: t.array(error),
})
