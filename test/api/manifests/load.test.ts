import { describe, expect, it } from 'vitest'
import { loadManifests } from '#api/manifests/load'
import type { LoadedObject, LoadOptions } from '#api/manifests/load'
import { container, deployment, volume } from './rows.js'

const load = (text: string, options?: LoadOptions): readonly LoadedObject[] => {
  const { objects, errors } = loadManifests([{ file: 'web.yaml', text }], options)
  expect(errors).toEqual([])
  return objects
}

const names = (text: string): readonly string[] =>
  load(text).map(({ kind, namespace, name }) =>
    [kind, namespace, name].filter((part) => part !== undefined).join('/'))

const pod = (metadata: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {${metadata}}\n`

describe('what kubectl takes is taken', () => {
  it.each([
    ['empty documents and comments', `---\n# a\n---\n${pod('name: a')}---\n---\n`, ['Pod/default/a']],
    ['windows line ends', pod('name: a').replaceAll('\n', '\r\n'), ['Pod/default/a']],
    ['a byte order mark', `\ufeff${pod('name: a')}`, ['Pod/default/a']],
    ['KYAML', '---\n{\n  apiVersion: "v1",\n  kind: "Pod",\n  metadata: {\n    name: "a", # {\n  },\n}\n',
      ['Pod/default/a']],
    ['JSON with tabs', '{\n\t"apiVersion": "v1",\n\t"kind": "Pod",\n\t"metadata": {"name": "a\\u0062\\/"}}',
      ['Pod/default/ab/']],
    ['JSON objects one after the other', ['a', 'b', 'c'].map((name) => JSON.stringify(
      { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { x: '}{"' } } })).join('\n'),
      ['Pod/default/a', 'Pod/default/b', 'Pod/default/c']],
    ['kind: List', `apiVersion: v1\nkind: List\nitems:\n- ${pod('name: a').trim().replaceAll('\n', '\n  ')}`,
      ['Pod/default/a']],
    ['an empty list beside an object', `apiVersion: v1\nkind: List\nitems: []\n---\n${pod('name: a')}`,
      ['Pod/default/a']],
    ['a list of one kind, whose items leave it out',
      'apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n- metadata: {name: b}',
      ['Deployment/default/a', 'Deployment/default/b']],
    ['custom resources without their definition',
      'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {any: [1, {b: c}]}',
      ['Widget/a']],
    ['one name in two namespaces', `${pod('name: a')}---\n${pod('name: a, namespace: b')}`,
      ['Pod/default/a', 'Pod/b/a']],
    ['one name for two kinds', `${pod('name: web')}---\n${deployment()}`,
      ['Pod/default/web', 'Deployment/default/web']],
  ])('%s', (_, text, found) => {
    expect(names(text)).toEqual(found)
  })

  it('file modes in octal', () => {
    const [object] = load(volume('secret: {defaultMode: 0644}'))
    expect(JSON.stringify(object?.object)).toContain('"defaultMode":420')
  })

  it('numbers for quantities, numbers and names for ports', () => {
    const fields = ['resources: {limits: {cpu: 2, memory: 1.5Gi}}', 'livenessProbe: {httpGet: {port: 8080}}',
      'readinessProbe: {httpGet: {port: http}}']
    expect(load(container(...fields))).toHaveLength(1)
  })

  it('null wherever a value may stand, as Go decodes it to nothing', () => {
    expect(load(deployment('replicas:', 'template: {metadata: {creationTimestamp: null}}'))).toHaveLength(1)
  })
})

describe('an object belongs to a namespace by its scope', () => {
  it('default unless said otherwise', () => {
    expect(load(pod('name: a'), { namespace: 'team' })[0]).toMatchObject({
      namespace: 'team', resource: 'pods', isBuiltIn: true,
      object: { metadata: { name: 'a', namespace: 'team' } },
    })
  })

  it('none for a cluster-scoped kind, even if it names one', () => {
    const [node] = load('apiVersion: v1\nkind: Node\nmetadata: {name: a, namespace: b}')
    expect(node?.namespace).toBeUndefined()
    expect(node?.object['metadata']).toEqual({ name: 'a' })
  })

  it('as its definition in the input says for a custom resource', () => {
    const definition = (scope: string): string => [
      'apiVersion: apiextensions.k8s.io/v1', 'kind: CustomResourceDefinition',
      'metadata: {name: widgets.example.com}',
      `spec: {group: example.com, scope: ${scope}, names: {kind: Widget, plural: widgets}, versions: []}`,
    ].join('\n')
    const widget = 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n'
    expect(load(`${widget}---\n${definition('Namespaced')}`)[0])
      .toMatchObject({ namespace: 'default', resource: 'widgets', isBuiltIn: false })
    expect(load(`${widget}---\n${definition('Cluster')}`)[0]?.namespace).toBeUndefined()
  })
})

describe('generateName without a name', () => {
  it('counts from 1 in the order of the input and skips names that are taken', () => {
    expect(names(['generateName: job-', 'name: job-2', 'generateName: job-'].map(pod).join('---\n')))
      .toEqual(['Pod/default/job-1', 'Pod/default/job-2', 'Pod/default/job-3'])
  })
})

describe('a field is found in its file', () => {
  const [web] = load(`# first\n---\n${container('image: a', 'env:', '- {name: A}')}
  selector:
    matchLabels:
      app.kubernetes.io/name: web`)
  it.each([
    ['', 3, 1],
    ['metadata.name', 5, 12],
    ['spec.template.spec.containers[0]', 10, 9],
    ['spec.template.spec.containers[0].env[0].name', 13, 12],
    ['spec.selector.matchLabels[app.kubernetes.io/name]', 16, 7],
    ['spec.selector.matchLabels.app.kubernetes.io/name', 16, 7],
    ['spec.strategy.rollingUpdate', 6, 1],
    ['spec.template.spec.containers[3].name', 9, 7],
  ])('%s on line %i', (field, line, column) => {
    expect(web?.locate(field)).toEqual({ line, column })
  })

  it('inside a list, by the path from its own object', () => {
    const [, second] = load(
      'apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n- metadata:\n    name: b')
    expect(second?.locate('metadata.name')).toEqual({ line: 6, column: 5 })
  })

  it('where an alias or merge key takes it from', () => {
    const [, b] = load([
      'apiVersion: v1', 'kind: PodList', 'items:', '- metadata: {name: a, labels: &labels {app: web}}',
      '- metadata: {name: b, labels: {<<: *labels}}',
    ].join('\n'))
    expect(b?.object['metadata']).toMatchObject({ labels: { app: 'web' } })
    expect(b?.locate('metadata.labels.app')).toEqual({ line: 4, column: 40 })
  })
})

describe('validation is handed in', () => {
  const validate: NonNullable<LoadOptions['validate']> = () =>
    [{ field: 'spec.replicas', message: 'Invalid value: -1: must be greater than or equal to 0' }]

  it('its errors get the file, the line and upstream\'s sentence', () => {
    const file = { file: 'a.yaml', text: deployment('replicas: -1') }
    const { errors, objects } = loadManifests([file], { validate })
    expect(objects).toEqual([])
    expect(errors).toEqual([{
      code: 'E_INVALID', file: 'a.yaml', line: 5, column: 3, field: 'spec.replicas',
      message: 'The Deployment "web" is invalid: ' +
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      next: 'Correct spec.replicas; "kubectl explain deployment.spec.replicas" says what it takes.',
    }])
  })

  it('it sees no object of a wrong shape', () => {
    const { errors } = loadManifests([{ file: 'a.yaml', text: deployment('replicas: x') }], { validate })
    expect(errors.map(({ code }) => code)).toEqual(['E_WRONG_TYPE'])
  })
})
