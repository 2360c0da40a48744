/** Times as kubectl writes them. Inside a World there are none: they are computed here, from virtual time. */

/** The day on which virtual time begins. */
export const firstDay = Date.UTC(2026, 0, 1)

/** When something happened, in milliseconds of virtual time; unknown where nothing tells of it. */
export type At = number | undefined

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const two = (number: number): string => String(number).padStart(2, '0')

/**
 * RFC 1123 with a numeric zone: `Thu, 01 Jan 2026 00:00:10 +0000`. A time that is not known is Go's zero
 * time.
 */
export function rfc1123(at: At): string {
  if (at === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000'
  const date = new Date(firstDay + at)
  const [weekday, month] = [days[date.getUTCDay()], months[date.getUTCMonth()]]
  const day = `${weekday}, ${two(date.getUTCDate())} ${month} ${date.getUTCFullYear()}`
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
}

/** RFC 3339 with nine places, as the kubelet stamps lines of logs. */
export const rfc3339 = (at: number): string => `${new Date(firstDay + at).toISOString().slice(0, -1)}000000Z`

/** HumanDuration: `10s`, `2m5s`, `3h`, `5d2h`. */
export function age(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 120) return `${Math.max(0, seconds)}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const whole = Math.floor(hours / 24)
  if (hours < 24 * 8) return withRest(whole, 'd', hours % 24, 'h')
  if (hours < 24 * 365 * 2) return `${whole}d`
  const years = Math.floor(whole / 365)
  return hours < 24 * 365 * 8 ? withRest(years, 'y', whole % 365, 'd') : `${years}y`
}

const withRest = (count: number, unit: string, rest: number, smaller: string): string =>
  rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${smaller}`

/** How long ago it was. */
export const since = (at: At, now: number): string => (at === undefined ? '<unknown>' : age(now - at))
