/**
 * Worlds with their agenda, going on as the driver does: what became enabled first is taken first, and the clock moves when
 * nothing is left to take.
 */
import type { System } from '../system.js'
import { AgendaSlots } from './agenda-slots.js'
import { grown } from './arrays.js'
import { Draft } from './draft.js'
import { Sequences } from './sequences.js'
import { Steps } from './steps.js'

export class PromptSpace extends Steps {
  /** The World under work, as it is being written. */
  protected readonly draft = new Draft(this.worlds)
  readonly agenda: AgendaSlots
  protected readonly sequences = new Sequences()
  /** Slots that the last Step wrote, in that order, and what they held before each of these writes. */
  slotsChanged: Int32Array = new Int32Array(64)
  numbersBefore: Int32Array = new Int32Array(64)
  /** How many there are. */
  changes = 0

  constructor(system: System) {
    super(system.channels, system.user)
    this.agenda = new AgendaSlots(this.slots, this.choices, this.worlds, this.draft, this.sequences)
    const first = system.boot()
    this.begin(first)
    for (const key of first.agenda) this.agenda.add(this.choices.all.findIndex((choice) => choice.key === key))
  }

  protected override widen(places: number): void {
    this.draft.widen(places)
  }

  protected override write(slot: number, number: number): void {
    this.draft.write(slot, number)
  }

  protected clearChanges(): void {
    this.changes = 0
  }

  /** Does what a leaf says, and brings the agenda up to date in the order in which a World does; −1: no choice, a fault. */
  protected go(choice: number, leaf: number): void {
    const { effects, worlds } = this
    const first = this.changes
    const changes = effects.apply(leaf, worlds.work)
    const { changed } = effects
    if (choice >= 0) this.agenda.remove(choice)
    for (let i = 0; i < changes; i++) this.put(changed[2 * i]!, changed[2 * i + 1]!)
    const { slotsChanged } = this
    if (choice >= 0 && (this.changes === first || slotsChanged[first] !== this.choices.all[choice]!.slot)) this.agenda.offer(choice)
    for (let i = first; i < this.changes; i++) this.offer(slotsChanged[i]!)
  }

  private put(slot: number, number: number): void {
    const { worlds, choices } = this
    const before = worlds.work[slot]!
    const choice = choices.of(slot)
    const isDeadline = choice !== undefined && choices.all[choice]!.isDeadline
    if (isDeadline && before === number && number !== 1) return // an earlier one of the same name stays
    if (this.changes === this.slotsChanged.length) {
      this.slotsChanged = grown(this.slotsChanged, this.changes + 1)
      this.numbersBefore = grown(this.numbersBefore, this.changes + 1)
    }
    this.slotsChanged[this.changes] = slot
    this.numbersBefore[this.changes++] = before
    this.write(slot, number)
    if (!isDeadline) return
    this.agenda.remove(choice)
    if (number === 1) this.agenda.offer(choice)
  }

  private offer(slot: number): void {
    const choice = this.choices.of(slot)
    if (choice !== undefined) this.agenda.offer(choice)
    else for (const other of this.choices.behind(slot)) this.agenda.offer(other)
  }

  /** Moves the clock: what is due by then becomes a choice; `end` is told of deadlines that have none, by their slots. */
  protected advance(ms: number, end: (due: readonly number[]) => void): void {
    const { worlds, choices, slots } = this
    this.clearChanges()
    const pending = choices.deadlines.filter((slot) => worlds.work[slot]! > 1)
    this.pass(ms)
    const due = pending.filter((slot) => worlds.work[slot] === 1).sort((a, b) => (slots.keys[a]! < slots.keys[b]! ? -1 : 1))
    const others: number[] = []
    for (const slot of due) {
      const choice = choices.of(slot)
      if (choice === undefined) others.push(slot)
      else this.agenda.offer(choice)
    }
    end(others)
  }
}
