/** `describe configmap`, `describe secret`, `describe serviceaccount`. */
import type { ConfigMap, Secret, ServiceAccount } from '#api/types'
import { events } from './events.js'
import { annotations, labels } from './metadata.js'
import { Paper } from './paper.js'
import type { Scene } from './scene.js'
import { byText } from './selectors.js'

function headed({ metadata }: ConfigMap | Secret | ServiceAccount): Paper {
  const paper = new Paper()
  paper.field(0, 'Name', metadata.name)
  paper.field(0, 'Namespace', metadata.namespace)
  labels(paper, 'Labels', metadata.labels)
  annotations(paper, 'Annotations', metadata.annotations)
  return paper
}

const sorted = (data: { readonly [key: string]: string } = {}): readonly (readonly [string, string])[] =>
  Object.entries(data).sort(([a], [b]) => byText(a, b))

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')

export function describeConfigMap(scene: Scene, map: ConfigMap): string {
  const paper = headed(map)
  paper.write(0, '\nData\n====\n')
  for (const [key, value] of sorted(map.data)) paper.write(0, `${key}:\n----\n${value}\n\n`)
  paper.write(0, '\nBinaryData\n====\n')
  for (const [key, value] of sorted(map.binaryData)) paper.write(0, `${key}: ${bytes(value).length} bytes\n`)
  paper.write(0, '\n')
  events(paper, scene.eventsOf(map), scene.now)
  return paper.toString()
}

/** What is secret is only counted, a token of the old kind excepted. */
export function describeSecret(_scene: Scene, secret: Secret): string {
  const paper = headed(secret)
  paper.write(0, `\nType:\t${secret.type}\n`)
  paper.write(0, '\nData\n====\n')
  for (const [key, value] of sorted(secret.data)) {
    const isToken = key === 'token' && secret.type === 'kubernetes.io/service-account-token'
    paper.field(0, key, isToken ? bytes(value).toString() : `${bytes(value).length} bytes`)
  }
  return paper.toString()
}

export function describeServiceAccount(scene: Scene, account: ServiceAccount): string {
  const paper = headed(account)
  const secrets = (account.imagePullSecrets ?? []).map(({ name = '' }) => name)
  const title = 'Image pull secrets:'
  if (secrets.length === 0) paper.write(0, `${title}\t<none>\n`)
  secrets.forEach((name, index) =>
    paper.write(0, `${index === 0 ? title : ' '.repeat(title.length)}\t${name}\n`),
  )
  events(paper, scene.eventsOf(account), scene.now)
  return paper.toString()
}
