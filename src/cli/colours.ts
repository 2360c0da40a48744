/**
 * Colours, where somebody sees them: on a terminal, or where `FORCE_COLOR` asks for them.
 * A continuous integration's `CI` alone is no eye: what is piped into a file there is read as text.
 */
import picocolors from 'picocolors'

const { env, stdout } = process
const isSeen = stdout.isTTY === true && env['TERM'] !== 'dumb'

export const pc = picocolors.createColors(!env['NO_COLOR'] && (Boolean(env['FORCE_COLOR']) || isSeen))
