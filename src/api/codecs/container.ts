/** Codecs of containers: api `core/v1/types.go`. */
import type {
  Container, ContainerPort, ContainerRestartRule, EnvFromSource, EnvVar, EnvVarSource, EphemeralContainer,
  ExecAction, GRPCAction, HTTPGetAction, HTTPHeader, KeySelector, Lifecycle, LifecycleHandler, Probe,
  ResourceRequirements, SleepAction, TCPSocketAction, Volume, VolumeDevice, VolumeMount, VolumeSourceName,
} from '../types.js'
import { strings } from './meta.js'
import {
  boolean, int32, int64, intOrString, jsonObject, list, map, object, quantity, string, type Fields,
} from './wire.js'

const containerPort = object<ContainerPort>('ContainerPort', {
  name: string, hostPort: int32, containerPort: int32, protocol: string, hostIP: string,
})

const exec = object<ExecAction>('ExecAction', { command: strings })
const httpGet = object<HTTPGetAction>('HTTPGetAction', {
  path: string, port: intOrString, host: string, scheme: string,
  httpHeaders: list(object<HTTPHeader>('HTTPHeader', { name: string, value: string })),
})
const tcpSocket = object<TCPSocketAction>('TCPSocketAction', { port: intOrString, host: string })

const probe = object<Probe>('Probe', {
  exec, httpGet, tcpSocket,
  grpc: object<GRPCAction>('GRPCAction', { port: int32, service: string }),
  initialDelaySeconds: int32, timeoutSeconds: int32, periodSeconds: int32, successThreshold: int32,
  failureThreshold: int32, terminationGracePeriodSeconds: int64,
})

const lifecycleHandler = object<LifecycleHandler>('LifecycleHandler', {
  exec, httpGet, tcpSocket, sleep: object<SleepAction>('SleepAction', { seconds: int64 }),
})

export const resourceList = map(quantity)

export const resourceRequirements = object<ResourceRequirements>('ResourceRequirements', {
  limits: resourceList,
  requests: resourceList,
  claims: list(object<NonNullable<ResourceRequirements['claims']>[number]>('ResourceClaim', {
    name: string, request: string,
  })),
})

const keySelector = (name: string) =>
  object<KeySelector>(name, { name: string, key: string, optional: boolean })

const envVarSource = object<EnvVarSource>('EnvVarSource', {
  fieldRef: object<NonNullable<EnvVarSource['fieldRef']>>('ObjectFieldSelector', {
    apiVersion: string, fieldPath: string,
  }),
  resourceFieldRef: object<NonNullable<EnvVarSource['resourceFieldRef']>>('ResourceFieldSelector', {
    containerName: string, resource: string, divisor: quantity,
  }),
  configMapKeyRef: keySelector('ConfigMapKeySelector'),
  secretKeyRef: keySelector('SecretKeySelector'),
  fileKeyRef: object<NonNullable<EnvVarSource['fileKeyRef']>>('FileKeySelector', {
    volumeName: string, path: string, key: string, optional: boolean,
  }),
})

const envVar = object<EnvVar>('EnvVar', { name: string, value: string, valueFrom: envVarSource })

const envSource = (name: string) =>
  object<NonNullable<EnvFromSource['configMapRef']>>(name, { name: string, optional: boolean })

const envFromSource = object<EnvFromSource>('EnvFromSource', {
  prefix: string, configMapRef: envSource('ConfigMapEnvSource'), secretRef: envSource('SecretEnvSource'),
})

const volumeMount = object<VolumeMount>('VolumeMount', {
  name: string, readOnly: boolean, recursiveReadOnly: string, mountPath: string, subPath: string,
  mountPropagation: string, subPathExpr: string,
})

const restartRule = object<ContainerRestartRule>('ContainerRestartRule', {
  action: string,
  exitCodes: object<NonNullable<ContainerRestartRule['exitCodes']>>('ContainerRestartRuleOnExitCodes', {
    operator: string, values: list(int32),
  }),
})

const fields: Fields<Container> = {
  name: string,
  image: string,
  command: strings,
  args: strings,
  workingDir: string,
  ports: list(containerPort),
  envFrom: list(envFromSource),
  env: list(envVar),
  resources: resourceRequirements,
  resizePolicy: list(object<NonNullable<Container['resizePolicy']>[number]>('ContainerResizePolicy', {
    resourceName: string, restartPolicy: string,
  })),
  restartPolicy: string,
  restartPolicyRules: list(restartRule),
  volumeMounts: list(volumeMount),
  volumeDevices: list(object<VolumeDevice>('VolumeDevice', { name: string, devicePath: string })),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle: object<Lifecycle>('Lifecycle', {
    postStart: lifecycleHandler, preStop: lifecycleHandler, stopSignal: string,
  }),
  terminationMessagePath: string,
  terminationMessagePolicy: string,
  imagePullPolicy: string,
  securityContext: jsonObject,
  stdin: boolean,
  stdinOnce: boolean,
  tty: boolean,
}

export const container = object<Container>('Container', fields)
export const ephemeralContainer = object<EphemeralContainer>('EphemeralContainer', {
  ...fields, targetContainerName: string,
})

export const volumeSources: readonly VolumeSourceName[] = [
  'hostPath', 'emptyDir', 'gcePersistentDisk', 'awsElasticBlockStore', 'gitRepo', 'secret', 'nfs', 'iscsi',
  'glusterfs', 'persistentVolumeClaim', 'rbd', 'flexVolume', 'cinder', 'cephfs', 'flocker', 'downwardAPI', 'fc',
  'azureFile', 'configMap', 'vsphereVolume', 'quobyte', 'azureDisk', 'photonPersistentDisk', 'projected',
  'portworxVolume', 'scaleIO', 'storageos', 'csi', 'ephemeral', 'image',
]

export const volume = object<Volume>('Volume', {
  name: string,
  // the list above names every source, as VolumeSourceName does
  ...(Object.fromEntries(volumeSources.map((source) => [source, jsonObject])) as
    Record<VolumeSourceName, typeof jsonObject>),
})
