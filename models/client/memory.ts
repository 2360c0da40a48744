/**
 * Models: what a process keeps in its memory beside its charts, workqueue and expectations
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { key, type Key } from '#kernel/cells'

/** A cell that dies with the process: `memory|<process>|<what>|…`. Nothing else has to list it. */
export const memoryKey = <T>(process: string, ...what: readonly string[]): Key<T> => key('memory', process, ...what)
