/** Container defaults: `pkg/apis/core/v1/defaults.go`, `zz_generated.defaults.go`. */
import { pullPolicyOf } from '../images.js'
import { formatQuantity, quantityOf } from '../quantity.js'
import type {
  Container, EnvVar, HTTPGetAction, Input, LifecycleHandler, Probe, ResourceList, ResourceRequirements,
} from '../types.js'
import { fill, fillZero, mapField, mapItems } from './fill.js'

/** `SetDefaults_Container` and what is inside; resources are rounded up to whole thousandths. */
export function setDefaultsContainer<C extends Input<Container>>(container: C): C {
  let filled = fillZero<Input<Container>>(container, {
    imagePullPolicy: pullPolicyOf(container.image ?? ''),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  })
  filled = mapField(filled, 'ports', (ports) => mapItems(ports, (port) => fillZero(port, { protocol: 'TCP' })))
  filled = mapField(filled, 'env', (env) => mapItems(env, setDefaultsEnv))
  filled = mapField(filled, 'resources', setDefaultsResources)
  filled = mapField(filled, 'livenessProbe', setDefaultsProbe)
  filled = mapField(filled, 'readinessProbe', setDefaultsProbe)
  filled = mapField(filled, 'startupProbe', setDefaultsProbe)
  filled = mapField(filled, 'lifecycle', (lifecycle) =>
    mapField(mapField(lifecycle, 'postStart', setDefaultsHandler), 'preStop', setDefaultsHandler))
  return filled as C // fields were added, none was taken away
}

const setDefaultsEnv = (env: Input<EnvVar>): Input<EnvVar> => mapField(env, 'valueFrom', (from) =>
  mapField(
    mapField(from, 'fieldRef', (ref) => fillZero(ref, { apiVersion: 'v1' })),
    'fileKeyRef', (ref) => fill(ref, { optional: false })))

/** `SetDefaults_Probe`. */
export const setDefaultsProbe = (probe: Input<Probe>): Input<Probe> => {
  const filled = fillZero(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  return mapField(mapField(filled, 'httpGet', setDefaultsHTTPGet), 'grpc', (grpc) => fill(grpc, { service: '' }))
}

const setDefaultsHTTPGet = (action: Input<HTTPGetAction>): Input<HTTPGetAction> =>
  fillZero(action, { path: '/', scheme: 'HTTP' })

const setDefaultsHandler = (handler: Input<LifecycleHandler>): Input<LifecycleHandler> =>
  mapField(handler, 'httpGet', setDefaultsHTTPGet)

export const setDefaultsResources = (resources: Input<ResourceRequirements>): Input<ResourceRequirements> =>
  mapField(mapField(resources, 'limits', roundUpToMillis), 'requests', roundUpToMillis)

const MILLI = 1_000_000n

/** `SetDefaults_ResourceList`. */
export function roundUpToMillis(resources: ResourceList): ResourceList {
  let rounded: Record<string, string | number> | undefined
  for (const [name, text] of Object.entries(resources)) {
    const { nanos, format } = quantityOf(text)
    const rest = nanos % MILLI
    if (rest === 0n) continue
    rounded ??= { ...resources }
    rounded[name] = formatQuantity({ nanos: nanos - rest + (nanos > 0n ? MILLI : -MILLI), format })
  }
  return rounded ?? resources
}
