/** Claims about what users do. */
import type { Claim } from '#checker/claim'
import { commandsTakeEffect } from './commands-take-effect.js'

export const claims: readonly Claim[] = [commandsTakeEffect]

export * from './commands-take-effect.js'
