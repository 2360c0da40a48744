/** Stated limits of what Orrery reads; `docs/errors.md` repeats them, a test keeps the two equal. */
export const limits = {
  /** Bytes of one file. */
  fileBytes: 32 * 1024 * 1024,
  /** Bytes of one object: the API server's own limit for a request body. */
  objectBytes: 3 * 1024 * 1024,
  /** Levels of lists and maps inside each other. */
  depth: 200,
  /** Pods that one object may ask for, at most. */
  pods: 100_000,
} as const

export const fileTooLarge = {
  message: `the file is larger than ${limits.fileBytes} bytes`,
  next: 'Split the file and pass each part with -f.',
} as const
