/** What is wrong with a user's own controller: a stable code, a sentence, and the next step. See docs/errors.md. */
export type ControllerErrorCode =
  | 'E_CONTROLLER_NONDETERMINISTIC'
  | 'E_CONTROLLER_FOREIGN'
  | 'E_CONTROLLER_WAITS'
  | 'E_CONTROLLER_RESULT'
  | 'E_CONTROLLER_UNKNOWN_RESOURCE'
  | 'E_CONTROLLER_DEFINITION'

export class ControllerError extends Error {
  constructor(
    readonly code: ControllerErrorCode,
    /** One sentence, without the controller's name. */
    readonly what: string,
    readonly next: string,
    /** The controller. */
    readonly controller: string,
  ) {
    super(`${controller}: ${what} [${code}]\n  ${next}`)
    this.name = 'ControllerError'
  }
}
