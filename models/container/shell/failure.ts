/**
 * Models: errors that end a shell that nobody types into (Shell Command Language, 2.8.1)
 * Reads: nothing
 * Writes: nothing
 * Omits: nothing that is observable
 */

/**
 * What a shell cannot go on after: an expansion, a variable that is read-only, a fork. Its sentence stands
 * behind `sh: `.
 */
export class Failure extends Error {}
