import { existsSync, readFileSync } from 'node:fs'

/** Where package.json stands, as seen from the built file and from the source. */
const places = ['../../../package.json', '../../package.json']

/** The version in package.json. */
export function version(): string {
  const path = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url))
  if (path === undefined) throw new Error('package.json is missing')
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version // our own file
}
