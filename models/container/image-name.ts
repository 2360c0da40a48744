/**
 * Models: github.com/distribution/reference (ParseNormalizedNamed, TagNameOnly, FamiliarName), which
 *   pkg/util/parsers ParseImageName and containerd read names by
 * Reads: nothing (it is handed a name)
 * Writes: nothing
 * Omits: nothing that is observable
 */

/** `name` is whole, with its registry; a name without a tag or a digest means `latest`. */
export interface ImageName {
  readonly name: string
  readonly tag?: string
  readonly digest?: string
}

/** splitDockerDomain */
function domainAndPath(name: string): readonly [domain: string, path: string] {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first
  const domain = !isDomain || first === 'index.docker.io' ? 'docker.io' : first
  const path = isDomain ? name.slice(slash + 1) : name
  return [domain, domain === 'docker.io' && !path.includes('/') ? `library/${path}` : path]
}

/** The name of a reference whose form is right: imageReferenceError says whether it is. */
export function imageName(reference: string): ImageName {
  const at = reference.indexOf('@')
  const rest = at < 0 ? reference : reference.slice(0, at)
  const colon = rest.lastIndexOf(':')
  const hasTag = colon > rest.lastIndexOf('/')
  const name = domainAndPath(hasTag ? rest.slice(0, colon) : rest).join('/')
  const digest = at < 0 ? undefined : reference.slice(at + 1)
  const tag = hasTag ? rest.slice(colon + 1) : digest === undefined ? 'latest' : undefined
  return { name, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) }
}

/** As people write it: without what goes without saying. */
export const familiarName = (name: string): string =>
  name.replace(/^docker\.io\/(?:library\/(?=[^/]+$))?/, '')

/** `registry/shop/*`, with its registry; '' for a star alone. */
export function imagePattern(text: string): string {
  const start = text.replace(/\*$/, '')
  if (start === '') return ''
  const [domain, path] = domainAndPath(start)
  return start.includes('/') ? `${domain}/${path}` : `docker.io/library/${start}`
}
