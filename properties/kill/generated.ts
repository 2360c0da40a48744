/**
 * Mutants made by machine: a guard says the opposite, a request is never sent, a number in a request is one too many or
 * too few, a deadline comes too early or too late.
 */
import { key, type Key } from '#kernel/cells'
import { responseKey } from '#machine/request'
import type { Call, Context } from '#machine/process'
import { provide, replaceProcess, type Mutant } from '#models/mutants'
import { shiftNumber } from './numbers.js'
import { callOf, guardsOf, ownerKind, siteName, timerOf, type Site } from './sites.js'
import { cellsWith, withCalls, withCells } from './wrapped.js'

/** A mutant, and where it sits. */
export interface Generated {
  readonly site: Site
  readonly mutant: Mutant
}

const isRead = (what: string): boolean => /^(get|list) /.test(what)

export function generatedAt(site: Site): readonly Generated[] {
  switch (site.sort) {
    case 'guard': return [negated(site)]
    // A read that is not made has no answer to go on with.
    case 'call': return isRead(site.what) ? [] : [dropped(site, 'always'), dropped(site, 'once')]
    case 'number': return [offBy(site, 1), offBy(site, -1)]
    case 'timer': return [shifted(site, 0), shifted(site, 2)]
  }
}

const mutantOf = (site: Site, sort: string, title: string, apply: Mutant['apply']): Generated =>
  ({ site, mutant: { name: `${siteName(site)} (${sort})`, title, breaks: [], apply } })

function negated(site: Extract<Site, { sort: 'guard' }>): Generated {
  const { kind, chart, name } = site
  return mutantOf(site, 'negated', `The guard ${name} of ${kind} says the opposite`, (processes) => {
    const process = processes.find((one) => one.kind === kind)
    const guard = process === undefined ? undefined : guardsOf(process, chart)[name]
    if (guard === undefined) throw new Error(`there is no guard ${name}`)
    return provide(kind, chart, { guards: { [name]: (args: never, params: never) => !guard(args, params) } })(processes)
  })
}

/** Whether the one request was left out that a mutant leaves out. */
const droppedKey = (kind: string, what: string): Key<true> => key('mutant', kind, what)

/** The caller is told that all went well, with the object that it sent. */
function pretend({ cells, process, owner }: Context, { slot, ...request }: Call): void {
  cells.write(responseKey(process, owner, slot ?? 'main'), { request, response: { ok: true, object: request.body ?? request.base } })
}

function dropped(site: Extract<Site, { sort: 'call' }>, how: 'once' | 'always'): Generated {
  const { kind, what } = site
  return mutantOf(site, `dropped ${how}`, `${kind} does not ${what}, ${how === 'once' ? 'the first time' : 'ever'}, and believes that it did`,
    replaceProcess(kind, (process) => withCalls(process, (context, call, make) => {
      if (callOf(call) !== what) return make(context, call)
      if (how === 'once') {
        const cell = droppedKey(kind, what)
        if (context.cells.read(cell) === true) return make(context, call)
        context.cells.write(cell, true)
      }
      pretend(context, call)
    })))
}

function offBy(site: Extract<Site, { sort: 'number' }>, by: 1 | -1): Generated {
  const { kind, what, path } = site
  const title = `${kind} sends ${path} with ${what}, and it is one too ${by === 1 ? 'many' : 'few'}`
  return mutantOf(site, by === 1 ? '+1' : '−1', title, replaceProcess(kind, (process) =>
    withCalls(process, (context, call, make) =>
      make(context, callOf(call) === what ? shiftNumber(call, path, by) : call))))
}

function shifted(site: Extract<Site, { sort: 'timer' }>, factor: 0 | 2): Generated {
  const { kind, name } = site
  const title = factor === 0 ? 'comes at once' : 'takes twice its time'
  return mutantOf(site, `×${factor}`, `The deadline ${name} of ${kind} ${title}`,
    replaceProcess(kind, (process) => withCells(process, (cells) => cellsWith(cells, {
      arm: (deadline, ms) => cells.arm(deadline, timerOf(deadline) === name && ownerKind(deadline) === kind ? ms * factor : ms),
    }))))
}
