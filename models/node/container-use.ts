/**
 * Models: the cgroup of a container as far as its profile says what it uses: memory.current, memory.max and the OOM kill;
 *   the size of its files and logs
 * Reads: container, and what `system-oom.ts` reads
 * Writes: container, timer
 * Omits: the limit of a pod as a whole; swap; what the page cache gives back
 */
import { quantityOf, quantityValue } from '#api/quantity'
import { timerKey } from '#machine/chart'
import type { Context } from '#machine/process'
import { containerKey, nodeName, type Container } from './cells.js'
import type { Start } from './container-chart.js'
import { watchUse } from './eviction-watch.js'
import { killForMemory } from './system-oom.js'
import type { Profile, UseFrom } from './profile.js'

export const usedKinds = ['memory', 'disk'] as const
export type UsedKind = (typeof usedKinds)[number]

/** In bytes. */
export type Uses = Readonly<Partial<Record<UsedKind, number>>>

/** What a profile says of the use, from which time on. */
const stepsOf = (profile: Profile, kind: UsedKind): readonly UseFrom[] => {
  const said = profile[kind]
  return said === undefined ? [] : typeof said === 'object' ? said : [{ afterSeconds: 0, amount: said }]
}

const bytes = (amount: string | number): number => quantityValue(quantityOf(amount))

const useTimer = (kind: UsedKind, index: number): string => `use.${kind}.${index}`

/** What it uses from the start on, and timers for what it uses later. */
export function useAtStart({ cells, process, owner }: Context, { profile }: Start): Uses {
  const uses: Partial<Record<UsedKind, number>> = {}
  for (const kind of usedKinds) {
    stepsOf(profile, kind).forEach(({ afterSeconds, amount }, index) => {
      if (afterSeconds === 0) uses[kind] = bytes(amount)
      else cells.arm(timerKey(process, owner, useTimer(kind, index)), afterSeconds * 1000)
    })
  }
  return uses
}

/** A container has begun that its profile says something of. */
export function usesBegan(context: Context, it: Start, uses: Uses): void {
  if (uses.memory === undefined && uses.disk === undefined) return
  judgeUse(context, it, uses)
}

/** A later use of the profile holds from now on. */
export function useChanged(context: Context, it: Start, which: string): void {
  const [, name, index] = which.split('.')
  const kind = usedKinds.find((other) => other === name)
  const step = kind === undefined ? undefined : stepsOf(it.profile, kind)[Number(index)]
  const cell = containerKey(nodeName(context.process), it.uid, it.name)
  const container = context.cells.read(cell)
  if (kind === undefined || step === undefined || container === undefined) return
  const after: Container = { ...container, [kind]: bytes(step.amount) }
  context.cells.write(cell, after)
  judgeUse(context, it, after)
}

/** Beyond its limit the kernel kills the container at once; else its kubelet will see what it uses. */
function judgeUse({ cells, process, owner }: Context, { memoryLimit }: Start, { memory = 0 }: Uses): void {
  if (memoryLimit !== undefined && memory > memoryLimit) cells.arm(timerKey(process, owner, 'oom'), 0)
  else {
    killForMemory(cells, nodeName(process))
    watchUse(cells, nodeName(process))
  }
}

/** A container has ended: what it had in memory is free. */
export function useEnded({ cells, process }: Context, before: Container): void {
  if (before.memory !== undefined || before.disk !== undefined) watchUse(cells, nodeName(process))
}

/** The timers of a container's uses. */
export const useTimers = (profile: Profile): readonly string[] =>
  (profile.memory === undefined && profile.disk === undefined ? [] : [
    'oom', ...usedKinds.flatMap((kind) => stepsOf(profile, kind).map((_, index) => useTimer(kind, index))),
  ])
