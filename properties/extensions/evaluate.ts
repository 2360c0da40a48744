/** Runs a user's reconcile on recorded answers, and takes down what it asks at each. */
import { setImmediate } from 'node:timers/promises'
import { ControllerError } from '#machine/controller-error'
import type { Answer, Ask, End, Evaluate, Evaluated, Reader, ReconcileRequest, Turn } from '#machine/oracle'
import { ApiError, type Client } from './client.js'
import { copyOf, Requests } from './requests.js'
import { setTraps, within, type Session } from './traps.js'

/** What a reconcile may return: nothing more to do, or when it wants to be called again. */
export interface Result {
  readonly requeue?: boolean
  /** Milliseconds. */
  readonly requeueAfter?: number
}

export type Reconcile = (request: ReconcileRequest, client: Client) => Promise<Result | void>

interface Waiting {
  readonly ask: Ask
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  isAnswered: boolean
}

/** One run, from its beginning. */
class Run {
  private readonly waiting: Waiting[] = []
  /** How many asks have been taken down. */
  private told = 0
  private end: End | undefined
  private readonly session: Session
  private readonly requests: Requests

  constructor(private readonly controller: string, watched: ReadonlySet<string>) {
    this.session = { controller, wrong: undefined }
    this.requests = new Requests(this.session, watched, (ask) => new Promise((resolve, reject) => {
      this.waiting.push({ ask, resolve, reject, isAnswered: false })
    }))
  }

  /** Calls the function, up to where it waits. */
  async start(reconcile: Reconcile, request: ReconcileRequest): Promise<Turn> {
    const client = this.requests.client()
    within(this.session, async () => reconcile({ ...request }, client)).then(
      (result) => { this.end ??= this.endOf(result) },
      (error: unknown) => { this.end ??= { is: 'failed', message: error instanceof Error ? error.message : String(error) } },
    )
    return this.rest()
  }

  /** Goes on with one more answer; `undefined` where it is to nothing that was asked. */
  async tell(answer: Answer): Promise<Turn | undefined> {
    const waiting = this.waiting[answer.to]
    if (waiting === undefined || this.end !== undefined) return undefined
    waiting.isAnswered = true
    if (answer.ok) waiting.resolve(this.requests.handOut(answer.value))
    else waiting.reject(new ApiError(copyOf(answer.status)))
    return this.rest()
  }

  /** The first read that was not answered. */
  get unread(): { readonly to: number; readonly ask: Exclude<Ask, { readonly is: 'call' }> } | undefined {
    if (this.end !== undefined) return undefined
    for (const [to, { ask, isAnswered }] of this.waiting.entries()) if (!isAnswered && ask.is !== 'call') return { to, ask }
    return undefined
  }

  /** Every microtask has run by then: the function stands where it waits, or has ended. */
  private async rest(): Promise<Turn> {
    await setImmediate()
    if (this.session.wrong !== undefined) throw this.session.wrong
    const asks = this.waiting.slice(this.told).map(({ ask }) => ask)
    this.told = this.waiting.length
    if (this.end === undefined && this.waiting.every(({ isAnswered }) => isAnswered)) {
      throw new ControllerError('E_CONTROLLER_WAITS', 'reconcile waits for something that is not its client',
        'Await calls of the client alone; import modules at the top of the file.', this.controller)
    }
    return { asks, ...(this.end === undefined ? {} : { end: this.end }) }
  }

  private endOf(result: unknown): End {
    const { requeue, requeueAfter } = (typeof result === 'object' && result !== null ? result : {}) as Partial<Record<string, unknown>> // looked at below
    const isTime = requeueAfter === undefined || (typeof requeueAfter === 'number' && requeueAfter >= 0 && requeueAfter < Infinity)
    if ((typeof result !== 'object' && result !== undefined) || !isTime || (requeue !== undefined && typeof requeue !== 'boolean')) {
      this.session.wrong ??= new ControllerError('E_CONTROLLER_RESULT', `reconcile returns ${JSON.stringify(result)}`,
        'Return nothing, { requeue: true } or { requeueAfter: milliseconds }.', this.controller)
    }
    if (typeof requeueAfter === 'number' && requeueAfter > 0) return { is: 'requeueAfter', ms: Math.ceil(requeueAfter) }
    return requeue === true ? { is: 'requeue' } : { is: 'done' }
  }
}

/** The function as an oracle has it run: with the traps set, and on copies. */
export const evaluation = (controller: string, reconcile: Reconcile, watched: ReadonlySet<string>): Evaluate =>
  async (request, answers, read) => {
    const remove = setTraps()
    try {
      return await evaluated(new Run(controller, watched), reconcile, request, answers, read)
    } finally {
      remove()
    }
  }

async function evaluated(
  run: Run, reconcile: Reconcile, request: ReconcileRequest, answers: readonly Answer[], read: Reader | undefined,
): Promise<Evaluated> {
  const turns: Turn[] = [await run.start(reconcile, request)]
  const used: Answer[] = []
  const tell = async (answer: Answer): Promise<boolean> => {
    const turn = await run.tell(answer)
    if (turn === undefined) return false
    turns.push(turn)
    used.push(answer)
    return true
  }
  for (const answer of answers) if (!await tell(answer)) return { answers: used, turns }
  for (let next = run.unread; read !== undefined && next !== undefined; next = run.unread) {
    await tell({ to: next.to, ok: true, value: read(next.ask) })
  }
  return { answers: used, turns }
}
