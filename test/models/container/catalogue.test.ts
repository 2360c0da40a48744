/** The catalogue of images: its files, what is found in it, and how what is run there behaves. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import * as either from 'fp-ts/lib/Either.js'
import { parseYamlFile } from '#api/manifests/yaml-file'
import { imageReferenceError } from '#api/images'
import { behaviourOf, catalogue, findImage, httpAnswer, type Behaviour } from '#models/container/catalogue'
import { processArgs } from '#models/container/command'
import { decodeImages } from '#models/container/image-codec'
import { familiarName, imageName, imagePattern } from '#models/container/image-name'
import type { Catalogue, Image } from '#models/container/image'

const folder = 'models/container/images'
const files = readdirSync(folder).sort()

const read = (file: string): Catalogue => {
  const text = readFileSync(`${folder}/${file}`, 'utf8')
  const { value, errors } = parseYamlFile(text, file)
  const decoded = decodeImages(value ?? null, file)
  expect([...errors, ...decoded.errors]).toEqual([])
  return decoded.images
}

const isAlias = ([name, { aliases = [] }]: readonly [string, Image]): boolean =>
  aliases.some((alias) => imageName(alias).name === name)

const generated = (all: Catalogue): string => [
  '// Made from images/*.yaml by `npm run update`; edit those.',
  "import type { Catalogue } from './image.js'", '',
  'export const images: Catalogue = {',
  ...Object.entries(all).filter((one) => !isAlias(one)).map(([name, image]) => `  '${name}': ${JSON.stringify(image)},`),
  '}', '',
].join('\n')

const all = Object.assign({}, ...files.map(read)) as Catalogue // of catalogues

const distinct = Object.entries(all).filter((one) => !isAlias(one))

describe('The files of the catalogue', () => {
  test('are what the models read', async () => {
    await expect(generated(all)).toMatchFileSnapshot('../../../models/container/catalogue.generated.ts')
  })
  test('are all that is known', () => {
    expect(catalogue).toEqual(all)
  })
  test('name no image twice', () => {
    const names = files.flatMap((file) => Object.keys(read(file)))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })
  test.each(distinct)('say where they know %s from', (_, image) => {
    expect(image.source).toMatch(/\S/)
    for (const alias of image.aliases ?? []) expect(imageReferenceError(alias)).toBeUndefined()
  })
  test.each(distinct)('%s listens where it answers', (_, { runs = [] }) => {
    for (const { http = [], listens = [] } of runs) {
      expect(http.filter(({ port }) => !listens.some((one) => one.port === port))).toEqual([])
    }
  })
})

describe('The name of an image', () => {
  // github.com/distribution/reference normalize_test.go, TestParseRepositoryInfo.
  test.each([
    ['fooo/bar', 'docker.io/fooo/bar', 'fooo/bar'],
    ['library/ubuntu', 'docker.io/library/ubuntu', 'ubuntu'],
    ['nonlibrary/ubuntu', 'docker.io/nonlibrary/ubuntu', 'nonlibrary/ubuntu'],
    ['ubuntu', 'docker.io/library/ubuntu', 'ubuntu'],
    ['docker.io/library/ubuntu', 'docker.io/library/ubuntu', 'ubuntu'],
    ['index.docker.io/public/moonbase', 'docker.io/public/moonbase', 'public/moonbase'],
    ['index.docker.io/ubuntu-12.04-base', 'docker.io/library/ubuntu-12.04-base', 'ubuntu-12.04-base'],
    ['127.0.0.1:8000/private/moonbase', '127.0.0.1:8000/private/moonbase', '127.0.0.1:8000/private/moonbase'],
    ['localhost/library/moonbase', 'localhost/library/moonbase', 'localhost/library/moonbase'],
    ['example.com/private/moonbase', 'example.com/private/moonbase', 'example.com/private/moonbase'],
    ['example.com:8000/private/moonbase', 'example.com:8000/private/moonbase', 'example.com:8000/private/moonbase'],
    ['localhost:8000/moonbase', 'localhost:8000/moonbase', 'localhost:8000/moonbase'],
  ])('%s is %s', (text, name, familiar) => {
    expect(imageName(text)).toEqual({ name, tag: 'latest' })
    expect(familiarName(name)).toBe(familiar)
  })
  it('has a tag, a digest or both', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    expect(imageName('localhost:5000/a:v1')).toEqual({ name: 'localhost:5000/a', tag: 'v1' })
    expect(imageName(`nginx@${digest}`)).toEqual({ name: 'docker.io/library/nginx', digest })
    expect(imageName(`nginx:1@${digest}`)).toEqual({ name: 'docker.io/library/nginx', tag: '1', digest })
  })
  it('may be all that begin so', () => {
    expect(['shop/*', 'registry.k8s.io/e2e*', 'ng*', '*'].map(imagePattern)).toEqual(
      ['docker.io/shop/', 'registry.k8s.io/e2e', 'docker.io/library/ng', ''])
  })
})

const known = (reference: string): Image => findImage(reference, catalogue) ?? {}

/** What a container does that runs an image with these arguments in its environment. */
function does(
  reference: string, args: readonly string[] = [], env: { readonly [name: string]: string } = {},
): Behaviour | undefined {
  const image = known(reference)
  const words = either.getOrElse((): readonly string[] => [])(processArgs({ command: [], args }, image))
  return behaviourOf(image, words, { ...image.env, ...env })
}

describe('An image', () => {
  it('is found by any of its names', () => {
    const names = ['nginx', 'nginx:1.27-alpine', 'docker.io/library/nginx', 'docker.io/nginx:latest',
      'public.ecr.aws/docker/library/nginx']
    for (const name of names) expect(known(name).stopSignal).toBe('SIGQUIT')
    expect(known('k8s.gcr.io/pause:3.2')).toBe(known('registry.k8s.io/pause:3.10'))
    expect(known('gcr.io/distroless/static-debian12').programs).toEqual([])
    expect(known('gcr.io/distroless/java21-debian12').entrypoint).toEqual(['/usr/bin/java', '-jar'])
    expect(findImage('example.org/shop/orders', catalogue)).toBeUndefined()
  })
  it('is what its user says it is, and else what the catalogue says', () => {
    const own = decodeImages({ 'nginx:old': { stopSignal: 'SIGTERM' }, 'shop/*': { user: '7' } }, 'orrery.yaml').images
    expect(findImage('nginx:old', own, catalogue)).toMatchObject({ stopSignal: 'SIGTERM', exposedPorts: [80] })
    expect(findImage('nginx', own, catalogue)).toMatchObject({ stopSignal: 'SIGQUIT' })
    expect(findImage('shop/orders:v1', own, catalogue)).toEqual({ user: '7' })
  })
})

describe('A container of a known image', () => {
  it('serves where its flags, arguments and variables say', () => {
    expect(does('registry.k8s.io/e2e-test-images/agnhost:2.40', ['netexec', '--http-port=80'])?.profile.listens).toEqual([80])
    expect(does('registry.k8s.io/e2e-test-images/agnhost:2.40', ['netexec', '--http-port', '81'])?.profile.listens).toEqual([81])
    expect(does('python', ['python3', '-m', 'http.server', '9000'])?.profile.listens).toEqual([9000])
    expect(does('python', ['python3', '-m', 'http.server'])?.profile.listens).toEqual([8000])
    expect(does('gcr.io/google-samples/hello-app:1.0', [], { PORT: '50000' })?.profile.listens).toEqual([50000])
    expect(does('hashicorp/http-echo', ['-listen=:8080', '-text=hi'])?.profile.listens).toEqual([8080])
    expect(does('redis', ['redis-server', '--port', '6380'])?.profile.listens).toEqual([6380])
  })
  it('passes over the script that its image begins with', () => {
    expect(does('nginx')).toMatchObject({ profile: { listens: [80] }, stopExitCode: 0 })
    expect(does('nginx', ['nginx-debug', '-g', 'daemon off;'])).toBeUndefined()
    expect(does('nginx', ['sh', '-c', 'sleep 5'])).toBeUndefined()
  })
  it('answers the paths that it knows, at their time', () => {
    const liveness = does('registry.k8s.io/e2e-test-images/agnhost:2.40', ['liveness'])
    const answered = (path: string, seconds: number, port = 8080): number | undefined =>
      httpAnswer(liveness!, port, path, seconds)?.code
    expect([answered('/healthz', 0), answered('/healthz', 9.9), answered('/healthz', 10)]).toEqual([200, 200, 500])
    expect([answered('/started', 99), answered('/other', 0), answered('/healthz', 0, 80)]).toEqual([200, 404, undefined])
    const echo = does('registry.k8s.io/echoserver:1.10')
    expect(httpAnswer(echo!, 8080, '/any/path?x=1', 0)).toEqual({ code: 200, body: '' })
  })
  it('ends at once where it lacks a variable that it needs', () => {
    expect(does('mysql:8.4')?.profile.exits).toEqual({ afterSeconds: 0, code: 1 })
    expect(does('mysql:8.4', [], { MYSQL_ROOT_PASSWORD: 'x' })?.profile.exits).toBeUndefined()
  })
  it('goes on serving for a minute after SIGTERM, if it is serve-hostname', () => {
    expect(does('registry.k8s.io/e2e-test-images/agnhost', ['serve-hostname'])).toMatchObject(
      { profile: { listens: [9376], exitsAfterSigtermSeconds: 60 }, stopExitCode: 0 })
  })
})
