/**
 * Models: the condition Progressing as a clock: lastUpdateTime + progressDeadlineSeconds (apps/v1 Deployment)
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */
import { key } from '#kernel/cells'

/** What a writer puts for a time that is to be the present one. It is not stored. */
export const now = 'now'

/** Pending until `progressDeadlineSeconds` have passed since the lastUpdateTime of the condition Progressing. */
export const progressDeadline = (deployment: string): string => key('progress', deployment)
