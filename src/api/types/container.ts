import type { IntOrString, JsonObject, ResourceList } from './json.js'

export type Protocol = 'TCP' | 'UDP' | 'SCTP'

export type ContainerPort = {
  readonly name?: string
  readonly hostPort?: number
  readonly containerPort: number
  readonly protocol: Protocol
  readonly hostIP?: string
}

export type HTTPHeader = { readonly name: string; readonly value: string }

export type ExecAction = { readonly command?: readonly string[] }
export type HTTPGetAction = {
  readonly path?: string
  readonly port: IntOrString
  readonly host?: string
  readonly scheme?: 'HTTP' | 'HTTPS'
  readonly httpHeaders?: readonly HTTPHeader[]
}
export type TCPSocketAction = { readonly port: IntOrString; readonly host?: string }
export type GRPCAction = { readonly port: number; readonly service?: string }
export type SleepAction = { readonly seconds: number }

/** Exactly one of the four handlers is set; thresholds and periods are there after defaulting. */
export type Probe = {
  readonly exec?: ExecAction
  readonly httpGet?: HTTPGetAction
  readonly tcpSocket?: TCPSocketAction
  readonly grpc?: GRPCAction
  readonly initialDelaySeconds?: number
  readonly timeoutSeconds: number
  readonly periodSeconds: number
  readonly successThreshold: number
  readonly failureThreshold: number
  readonly terminationGracePeriodSeconds?: number
}

export type LifecycleHandler = {
  readonly exec?: ExecAction
  readonly httpGet?: HTTPGetAction
  readonly tcpSocket?: TCPSocketAction
  readonly sleep?: SleepAction
}

export type Lifecycle = {
  readonly postStart?: LifecycleHandler
  readonly preStop?: LifecycleHandler
  readonly stopSignal?: string
}

export type ResourceRequirements = {
  readonly limits?: ResourceList
  readonly requests?: ResourceList
  readonly claims?: readonly { readonly name: string; readonly request?: string }[]
}

export type KeySelector = { readonly name?: string; readonly key: string; readonly optional?: boolean }

export type EnvVarSource = {
  readonly fieldRef?: { readonly apiVersion?: string; readonly fieldPath: string }
  readonly resourceFieldRef?: {
    readonly containerName?: string
    readonly resource: string
    readonly divisor?: string | number
  }
  readonly configMapKeyRef?: KeySelector
  readonly secretKeyRef?: KeySelector
  readonly fileKeyRef?: {
    readonly volumeName: string
    readonly path: string
    readonly key: string
    readonly optional?: boolean
  }
}

export type EnvVar = { readonly name: string; readonly value?: string; readonly valueFrom?: EnvVarSource }

export type EnvFromSource = {
  readonly prefix?: string
  readonly configMapRef?: { readonly name?: string; readonly optional?: boolean }
  readonly secretRef?: { readonly name?: string; readonly optional?: boolean }
}

export type VolumeMount = {
  readonly name: string
  readonly readOnly?: boolean
  readonly recursiveReadOnly?: string
  readonly mountPath: string
  readonly subPath?: string
  readonly mountPropagation?: string
  readonly subPathExpr?: string
}

export type VolumeDevice = { readonly name: string; readonly devicePath: string }

export type ContainerRestartRule = {
  readonly action: string
  readonly exitCodes?: { readonly operator: 'In' | 'NotIn'; readonly values?: readonly number[] }
}

export type PullPolicy = 'Always' | 'Never' | 'IfNotPresent'

export type Container = {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly workingDir?: string
  readonly ports?: readonly ContainerPort[]
  readonly envFrom?: readonly EnvFromSource[]
  readonly env?: readonly EnvVar[]
  readonly resources?: ResourceRequirements
  readonly resizePolicy?: readonly { readonly resourceName: string; readonly restartPolicy: string }[]
  /** Always makes an init container a sidecar. */
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never'
  readonly restartPolicyRules?: readonly ContainerRestartRule[]
  readonly volumeMounts?: readonly VolumeMount[]
  readonly volumeDevices?: readonly VolumeDevice[]
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly startupProbe?: Probe
  readonly lifecycle?: Lifecycle
  readonly terminationMessagePath?: string
  readonly terminationMessagePolicy?: 'File' | 'FallbackToLogsOnError'
  readonly imagePullPolicy: PullPolicy
  readonly securityContext?: JsonObject
  readonly stdin?: boolean
  readonly stdinOnce?: boolean
  readonly tty?: boolean
}

export type EphemeralContainer = Container & { readonly targetContainerName?: string }

/** core/v1 `VolumeSource`: one of these stands beside the name. */
export type VolumeSourceName =
  | 'hostPath' | 'emptyDir' | 'gcePersistentDisk' | 'awsElasticBlockStore' | 'gitRepo' | 'secret' | 'nfs'
  | 'iscsi' | 'glusterfs' | 'persistentVolumeClaim' | 'rbd' | 'flexVolume' | 'cinder' | 'cephfs'
  | 'flocker' | 'downwardAPI' | 'fc' | 'azureFile' | 'configMap' | 'vsphereVolume' | 'quobyte'
  | 'azureDisk' | 'photonPersistentDisk' | 'projected' | 'portworxVolume' | 'scaleIO' | 'storageos'
  | 'csi' | 'ephemeral' | 'image'

/** Sources stay opaque. */
export type Volume = { readonly name: string } & { readonly [Source in VolumeSourceName]?: JsonObject }
