import { describe, it } from 'vitest'
import { limits } from '#api/manifests/limits'
import { configMap, container, deployment, expectOnlyError, volume } from './rows.js'
import type { Row } from './rows.js'

const cannot = 'Deployment in version "v1" cannot be handled as a Deployment: '

/** The decoder's sentence for a value of a wrong type. */
const unmarshal = (value: string, field: string, type: string): string =>
  `json: cannot unmarshal ${value} into Go struct field ${field} of type ${type}`

const rows: readonly Row[] = [
  {
    says: 'no apiVersion', text: 'kind: Deployment\nmetadata: {name: web}', code: 'E_NO_KIND', at: '1:1',
    message: 'error validating data: [apiVersion not set]', next: 'apiVersion: apps/v1',
  },
  {
    says: 'neither apiVersion nor kind', text: 'metadata: {name: web}', code: 'E_NO_KIND', at: '1:1',
    message: '[apiVersion not set, kind not set]', next: 'kind: Deployment',
  },
  {
    says: 'a chart', file: 'chart/Chart.yaml', text: 'apiVersion: v2\nname: web', code: 'E_NO_KIND',
    at: '1:1', message: '[kind not set]', next: 'helm template',
  },
  {
    says: 'a kustomization', file: 'base/kustomization.yaml', text: 'resources: [web.yaml]',
    code: 'E_KUSTOMIZATION', at: '1:1', message: 'not an object of a cluster', next: 'kubectl kustomize',
  },
  {
    says: 'a misspelt kind', text: 'apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: web}',
    code: 'E_UNKNOWN_KIND', at: '2:1', field: 'kind',
    message: 'no matches for kind "Deploymnt" in version "apps/v1"', next: 'Did you mean kind: Deployment?',
  },
  {
    says: 'a kind in lower case', text: 'apiVersion: v1\nkind: pod\nmetadata: {name: web}',
    code: 'E_UNKNOWN_KIND', at: '2:1', field: 'kind', message: 'no matches for kind "pod" in version "v1"',
    next: 'Did you mean kind: Pod?',
  },
  {
    says: 'a removed version', text: 'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: web}',
    code: 'E_UNKNOWN_KIND', at: '2:1', field: 'kind',
    message: 'no matches for kind "Ingress" in version "extensions/v1beta1"',
    next: 'apiVersion: networking.k8s.io/v1',
  },
  {
    says: 'a misspelt group', text: 'apiVersion: networking.k8.io/v1\nkind: Ingress\nmetadata: {name: web}',
    code: 'E_UNKNOWN_KIND', at: '2:1', field: 'kind', message: 'no matches for kind "Ingress"',
    next: 'apiVersion: networking.k8s.io/v1',
  },
  {
    says: 'the wrong group', text: 'apiVersion: v1\nkind: Deployment\nmetadata: {name: web}',
    code: 'E_UNKNOWN_KIND', at: '2:1', field: 'kind',
    message: 'no matches for kind "Deployment" in version "v1"', next: 'apiVersion: apps/v1',
  },
  {
    says: 'a misspelt field', text: deployment('replica: 3'), code: 'E_UNKNOWN_FIELD', at: '5:3',
    field: 'spec.replica', message: `${cannot}strict decoding error: unknown field "spec.replica"`,
    next: 'Did you mean "replicas"?',
  },
  {
    says: 'a field in another case', text: container('imagePullpolicy: Always'), code: 'E_UNKNOWN_FIELD',
    at: '9:9', field: 'spec.template.spec.containers[0].imagePullpolicy',
    message: 'unknown field "spec.template.spec.containers[0].imagePullpolicy"', next: '"imagePullPolicy"',
  },
  {
    says: 'a field at the wrong depth', text: deployment('containers: []'), code: 'E_UNKNOWN_FIELD',
    at: '5:3', field: 'spec.containers', message: 'unknown field "spec.containers"',
    next: 'Did you mean spec.template.spec.containers? Move it there.',
  },
  {
    says: 'a field that exists nowhere', text: deployment('sidecarInjector: {}'), code: 'E_UNKNOWN_FIELD',
    at: '5:3', field: 'spec.sidecarInjector', message: 'unknown field "spec.sidecarInjector"',
    next: 'kubectl explain deployment.spec"',
  },
  {
    says: 'an unknown field of metadata of a custom resource', code: 'E_UNKNOWN_FIELD', at: '3:22',
    field: 'metadata.labells',
    text: 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a,  labells: {}}',
    message: 'unknown field "metadata.labells"', next: '"labels"',
  },
  {
    says: 'text for a number', text: deployment('replicas: "3"'), code: 'E_WRONG_TYPE', at: '5:3',
    field: 'spec.replicas',
    message: cannot + unmarshal('string', 'DeploymentSpec.spec.replicas', 'int32'),
    next: 'Remove the quotes: replicas: 3',
  },
  {
    says: 'half a replica', text: deployment('replicas: 1.5'), code: 'E_WRONG_TYPE', at: '5:3',
    field: 'spec.replicas',
    message: unmarshal('number 1.5', 'DeploymentSpec.spec.replicas', 'int32'),
    next: 'Write a whole number',
  },
  {
    says: 'ten thousand million replicas', text: deployment('replicas: 10000000000'), code: 'E_WRONG_TYPE',
    at: '5:3', field: 'spec.replicas', message: 'cannot unmarshal number 10000000000', next: '32 bits',
  },
  {
    says: 'a thousand million replicas', text: deployment('replicas: 1000000000'), code: 'E_TOO_MANY_PODS',
    at: '5:3', field: 'spec.replicas', message: `Orrery's limit for one object is ${limits.pods}`,
    next: 'at most',
  },
  {
    says: 'a number for the value of a variable', text: container('env:', '- name: A', '  value: 1_000'),
    at: '11:11', code: 'E_WRONG_TYPE', field: 'spec.template.spec.containers[0].env[0].value',
    message: unmarshal('number', 'EnvVar.spec.template.spec.containers.env.value', 'string'),
    next: 'YAML reads 1_000 as 1000. Quote the value if text is meant: "1_000".',
  },
  {
    says: 'a bare yes in a ConfigMap', text: `${configMap}data:\n  debug: yes`, code: 'E_WRONG_TYPE',
    at: '5:3', field: 'data.debug',
    message: 'json: cannot unmarshal bool into Go struct field ConfigMap.data of type string',
    next: 'YAML reads yes as true. Quote the value if text is meant: "yes".',
  },
  {
    says: 'fields where a list belongs', text: deployment('template: {spec: {containers: {name: web}}}'),
    code: 'E_WRONG_TYPE', at: '5:21', field: 'spec.template.spec.containers',
    message: unmarshal('object', 'PodSpec.spec.template.spec.containers', '[]v1.Container'),
    next: 'start each item with "- "',
  },
  {
    says: 'a list where fields belong', text: deployment('selector: [a]'), code: 'E_WRONG_TYPE', at: '5:3',
    field: 'spec.selector', next: 'without "- "',
    message: unmarshal('array', 'DeploymentSpec.spec.selector', 'v1.LabelSelector'),
  },
  {
    says: 'text for a boolean', text: deployment('paused: "true"'), code: 'E_WRONG_TYPE', at: '5:3',
    field: 'spec.paused', message: 'of type bool', next: 'true or false',
  },
  {
    says: 'a unit that does not exist', text: container('resources: {limits: {memory: 100MB}}'),
    code: 'E_WRONG_TYPE', at: '9:30', field: 'spec.template.spec.containers[0].resources.limits.memory',
    message: 'quantities must match the regular expression', next: '64Mi',
  },
  {
    says: 'a Secret that is not base64',
    text: 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: "p@ss"}', code: 'E_WRONG_TYPE',
    at: '4:8', field: 'data.a', message: 'illegal base64 data at input byte 1', next: 'stringData',
  },
  {
    says: 'a date that is none',
    text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, creationTimestamp: today}', code: 'E_WRONG_TYPE',
    at: '3:21', field: 'metadata.creationTimestamp', message: 'parsing time "today"', next: 'T12:00:00Z',
  },
  {
    says: 'a name that is a number', text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: 123}',
    code: 'E_WRONG_TYPE', at: '3:12', field: 'metadata.name',
    message: 'ObjectMeta.metadata.name of type string', next: '"123"',
  },
  {
    says: 'metadata that is a list', text: 'apiVersion: example.com/v1\nkind: Widget\nmetadata: [a]',
    code: 'E_WRONG_TYPE', at: '3:1', field: 'metadata', message: 'Widget.metadata of type v1.ObjectMeta',
    next: 'without "- "',
  },
  {
    says: 'a quoted file mode',
    text: volume('secret: {defaultMode: "0644"}'),
    code: 'E_WRONG_TYPE', at: '5:50', field: 'spec.template.spec.volumes[0].secret.defaultMode',
    message: 'cannot unmarshal string into Go struct field SecretVolumeSource',
    next: 'Remove the quotes: defaultMode: 0644',
  },
  {
    says: 'a file mode with an 8',
    text: volume('secret: {defaultMode: 0888}'),
    code: 'E_FILE_MODE', at: '5:50', field: 'spec.template.spec.volumes[0].secret.defaultMode',
    message: 'Invalid value: 888: must be a number between 0 and 0777 (octal), both inclusive',
    next: '0888 is not octal',
  },
  {
    says: 'a file mode written in decimal',
    text: volume('configMap: {defaultMode: 644}'), code: 'E_FILE_MODE',
    at: '5:53', field: 'spec.template.spec.volumes[0].configMap.defaultMode',
    message: 'The Deployment "web" is invalid: spec.template.spec.volumes[0].configMap.defaultMode: Invalid',
    next: 'write defaultMode: 0644 in YAML, or 420 in JSON',
  },
  {
    says: 'no name', text: 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {a: b}', code: 'E_NO_NAME',
    at: '3:1', field: 'metadata.name',
    message: 'metadata.name: Required value: name or generateName is required',
    next: 'Give the object a name',
  },
  {
    says: 'two objects of one name', text: `${configMap}---\n${configMap}`, code: 'E_DUPLICATE_OBJECT',
    at: '7:12', field: 'metadata.name', message: 'ConfigMap default/a is given twice, first at web.yaml:3',
    next: 'Rename or remove',
  },
  {
    says: 'items that are no list', text: 'apiVersion: v1\nkind: List\nitems: {a: b}',
    code: 'E_NOT_AN_OBJECT', at: '3:1', field: 'items', message: 'the items of a List must be a list',
    next: 'start each object with "- "',
  },
  {
    says: 'an item that is nothing', text: 'apiVersion: v1\nkind: List\nitems:\n-', code: 'E_NOT_AN_OBJECT',
    at: '4:2', field: 'items[0]', message: 'nothing stands where a Kubernetes object should be',
    next: 'remove it',
  },
  {
    says: 'nothing at all', text: '# only a comment\n---\n', code: 'E_NO_OBJECTS', at: '',
    message: 'no objects passed', next: 'at least one',
  },
]

describe('an object that the API server would refuse is told with a code, a place and the next step', () => {
  it.each(rows)('$says: $code', expectOnlyError)
})
