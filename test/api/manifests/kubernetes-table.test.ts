import { describe, expect, it } from 'vitest'
import { allKinds, fieldsOf, findKind, goTypeOf, goWords, isBuiltInGroup } from '#api/manifests/kinds'
import type { FieldType } from '#api/manifests/kinds'
import { kubernetesRelease } from '#api/manifests/kubernetes-table.generated'
import { isMisspeltGroup, nearest, placeOfField } from '#api/manifests/suggest'

const innerType = (type: FieldType): string | undefined =>
  type.is === 'object' ? type.type : type.is === 'value' ? undefined : innerType(type.of)

describe('the table of Kubernetes types', () => {
  it('describes the release that the models follow', () => {
    expect(kubernetesRelease).toBe('1.36')
  })

  it('holds every type that it refers to', () => {
    const seen = new Set<string>()
    const visit = (type: string): void => {
      if (seen.has(type)) return
      seen.add(type)
      for (const field of fieldsOf(type).values()) {
        const inner = innerType(field)
        if (inner !== undefined) visit(inner)
      }
    }
    allKinds().forEach(({ type }) => { visit(type) })
    expect(seen.size).toBeGreaterThan(600)
  })

  it('gives every kind metadata, but for the one that has none upstream', () => {
    expect(allKinds().filter(({ type }) => !fieldsOf(type).has('metadata'))).toEqual([])
  })

  // Scopes and resources: kubernetes api/discovery/aggregated_v2.json, release 1.36.
  it.each([
    ['v1', 'Pod', 'pods', true], ['v1', 'Node', 'nodes', false], ['v1', 'Namespace', 'namespaces', false],
    ['v1', 'PersistentVolume', 'persistentvolumes', false], ['v1', 'Endpoints', 'endpoints', true],
    ['apps/v1', 'Deployment', 'deployments', true], ['batch/v1', 'CronJob', 'cronjobs', true],
    ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', true],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false],
    ['storage.k8s.io/v1', 'StorageClass', 'storageclasses', false],
    ['networking.k8s.io/v1', 'IngressClass', 'ingressclasses', false],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false],
    ['coordination.k8s.io/v1', 'Lease', 'leases', true],
    ['discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices', true],
  ])('%s %s is served as %s', (apiVersion, kind, resource, isNamespaced) => {
    expect(findKind(apiVersion, kind)).toMatchObject({ resource, isNamespaced })
  })

  it('does not hold versions that the release no longer serves', () => {
    expect(findKind('extensions/v1beta1', 'Ingress')).toBeUndefined()
    expect(findKind('policy/v1beta1', 'PodDisruptionBudget')).toBeUndefined()
    expect(findKind('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema')).toBeUndefined()
  })

  // Go types of k8s.io/api v0.36.0.
  it.each([
    ['V1DeploymentSpec', 'replicas', 'int32'], ['V1PodSpec', 'terminationGracePeriodSeconds', 'int64'],
    ['V1PodSpec', 'containers', '[]v1.Container'], ['V1ObjectMeta', 'labels', 'map[string]string'],
    ['V1ResourceRequirements', 'limits', 'map[string]resource.Quantity'],
    ['V1EmptyDirVolumeSource', 'sizeLimit', 'resource.Quantity'], ['V1Secret', 'data', 'map[string][]uint8'],
    ['V1Container', 'restartPolicyRules', '[]v1.ContainerRestartRule'],
    ['V1ContainerPort', 'containerPort', 'int32'], ['V1Lease', 'spec', 'v1.LeaseSpec'],
  ])('%s.%s is of type %s', (type, field, words) => {
    const found = fieldsOf(type).get(field)
    expect(found && goWords(found)).toBe(words)
  })

  it('knows Go\'s name of a type whose name in the table carries its group', () => {
    expect(goTypeOf('CoreV1Event')).toEqual({ package: 'v1', name: 'Event' })
    expect(goTypeOf('V1beta1DeviceClass')).toEqual({ package: 'v1beta1', name: 'DeviceClass' })
  })
})

describe('a group is Kubernetes\' own', () => {
  it.each([
    ['', true], ['apps', true], ['app', true], ['networking.k8s.io', true],
    ['gateway.networking.k8s.io', false], ['example.com', false],
  ])('"%s": %s', (group, isOwn) => {
    expect(isBuiltInGroup(group)).toBe(isOwn)
  })

  it('or misspelt, which a group of somebody else is not', () => {
    expect(isMisspeltGroup('networking.k8.io/v1', 'Ingress')).toBe(true)
    expect(isMisspeltGroup('networking.internal.knative.dev/v1alpha1', 'Ingress')).toBe(false)
    expect(isMisspeltGroup('monitoring.coreos.com/v1', 'ServiceMonitor')).toBe(false)
  })
})

describe('what was probably meant', () => {
  it.each([
    ['replica', 'replicas'], ['imagePullpolicy', 'imagePullPolicy'], ['REPLICAS', 'replicas'],
    ['imagepulpolcy', 'imagePullPolicy'], ['to', undefined], ['sidecar', undefined],
  ])('%s: %s', (word, meant) => {
    expect(nearest(word, ['paused', 'replicas', 'imagePullPolicy', 'ip'])).toBe(meant)
  })

  it.each([
    ['V1Deployment', 'containers', 'spec.template.spec.containers'],
    ['V1Deployment', 'imagePullPolicy', 'spec.template.spec.containers[].imagePullPolicy'],
    ['V1CronJob', 'restartPolicy', 'spec.jobTemplate.spec.template.spec.restartPolicy'],
    ['V1ConfigMap', 'nonsense', undefined],
  ])('of %s, for %s at the wrong place: %s', (type, field, place) => {
    expect(placeOfField(type, field)).toBe(place)
  })
})
