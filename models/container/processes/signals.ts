/**
 * Models: signals (man 7 signal): their numbers on x86 and ARM, and what they do where nothing is said
 * Reads: nothing
 * Writes: nothing
 * Omits: real-time signals; stopping and going on (STOP, TSTP, CONT), which no script of a container does
 */

const numbers: Readonly<Record<string, number>> = {
  HUP: 1, INT: 2, QUIT: 3, ILL: 4, TRAP: 5, ABRT: 6, BUS: 7, FPE: 8, KILL: 9, USR1: 10, SEGV: 11, USR2: 12,
  PIPE: 13, ALRM: 14, TERM: 15, STKFLT: 16, CHLD: 17, CONT: 18, STOP: 19, TSTP: 20, TTIN: 21, TTOU: 22,
  URG: 23, XCPU: 24, XFSZ: 25, VTALRM: 26, PROF: 27, WINCH: 28, IO: 29, PWR: 30, SYS: 31,
}

export const signalNumber = (name: string): number => numbers[name] ?? 0

/** `15`, `TERM`, `SIGTERM` or `term`; 0 is `EXIT`, which asks only whether the process is there. */
export function signalNamed(text: string): string | undefined {
  if (/^\d+$/.test(text)) {
    return Number(text) === 0 ? 'EXIT' : Object.keys(numbers).find((name) => numbers[name] === Number(text))
  }
  const name = text.toUpperCase().replace(/^SIG/, '')
  return name === 'EXIT' || Object.hasOwn(numbers, name) ? name : undefined
}

export const signalNames: readonly string[] = Object.keys(numbers)

const harmless = ['CHLD', 'URG', 'WINCH', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU']

/** Whether a process that says nothing about a signal ends by it. */
export const ends = (signal: string): boolean => !harmless.includes(signal)
