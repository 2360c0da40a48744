/**
 * Models: the small programs of an image, by name
 * Reads: nothing
 * Writes: nothing
 * Omits: what is not listed
 */
import type { Utility } from '../../processes/requests.js'
import { changing } from './changing.js'
import { copying } from './copying.js'
import { listing } from './listing.js'
import { kill } from './kill.js'
import { web } from './web.js'
import { names } from './names.js'
import { others } from './others.js'
import { printf } from './printf.js'
import { test } from './test.js'
import { texts } from './texts.js'

export const utilities = {
  ...texts, ...changing, ...copying, ...listing, ...web, ...names, ...others, printf, test, kill,
  '[': function* (args, env) { return yield* test(args.at(-1) === ']' ? args.slice(0, -1) : ['['], env) },
} satisfies Readonly<Record<string, Utility>>
