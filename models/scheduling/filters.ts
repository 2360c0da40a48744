/**
 * Models: pkg/scheduler/framework/plugins/{nodeunschedulable,nodename,tainttoleration,nodeaffinity,nodeports}
 *   and noderesources/fit.go (Filter)
 * Reads: nothing (it is handed the snapshot)
 * Writes: nothing
 * Omits: VolumeRestrictions, NodeVolumeLimits, VolumeBinding, VolumeZone, DynamicResources, NodeDeclaredFeatures
 */
import type { Taint, TaintEffect } from '#api/types'
import { findUntoleratedTaint, toleratesTaint } from '#api/taints'
import type { Filter, FilterPlugin, PlacedNode, Plugin, Rejection } from './framework.js'
import { requiredNodeAffinity } from './node-affinity.js'
import { amount, conflicts, hostPortsOf } from './node-info.js'
import { podRequests, type Resources } from './requests.js'

const rejection = (plugin: Plugin, reason: string, isUnresolvable: boolean): Rejection =>
  ({ plugin, reasons: [reason], isUnresolvable })

const unschedulableTaint: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  prepare({ pod }) {
    const rejected = rejection('NodeUnschedulable', 'node(s) were unschedulable', true)
    const tolerates = (pod.spec.tolerations ?? []).some((one) => toleratesTaint(one, unschedulableTaint))
    return tolerates ? undefined : ({ amounts, shape }) =>
      (amounts[amount.isGuarded] !== 0 && shape.unschedulable ? rejected : undefined)
  },
}

const nodeName: FilterPlugin = {
  name: 'NodeName',
  prepare({ pod }) {
    const wanted = pod.spec.nodeName ?? ''
    const rejected = rejection('NodeName', "node(s) didn't match the requested node name", true)
    return wanted === '' ? undefined : ({ shape }) => (shape.name === wanted ? undefined : rejected)
  },
}

/** Taints with these effects keep pods away (helper.DoNotScheduleTaintsFilterFunc). */
export const keepingAway: readonly TaintEffect[] = ['NoSchedule', 'NoExecute']

const taintToleration: FilterPlugin = {
  name: 'TaintToleration',
  prepare({ pod }) {
    const { tolerations } = pod.spec
    const rejected = rejection('TaintToleration', 'node(s) had untolerated taint(s)', true)
    return ({ amounts, shape }) => (amounts[amount.isGuarded] !== 0
      && findUntoleratedTaint(shape.taints, tolerations, keepingAway) !== undefined ? rejected : undefined)
  },
}

const nodeAffinity: FilterPlugin = {
  name: 'NodeAffinity',
  prepare({ pod }) {
    const matches = requiredNodeAffinity(pod.spec)
    const rejected = rejection('NodeAffinity', "node(s) didn't match Pod's node affinity/selector", true)
    return matches === undefined ? undefined : ({ shape }) => (matches(shape) ? undefined : rejected)
  },
}

const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  prepare({ pod }) {
    const wanted = hostPortsOf(pod)
    const rejected = rejection('NodePorts', "node(s) didn't have free ports for the requested pod ports", false)
    return wanted.length === 0 ? undefined
      : ({ ports }) => (wanted.some((port) => conflicts(port, ports)) ? rejected : undefined)
  },
}

/** fitsRequest: every resource of which there is not enough. The common case, enough of all, allocates nothing. */
export function fitsRequest(request: Resources, node: PlacedNode): Rejection | undefined {
  const { amounts } = node
  const { cpu, memory, ephemeral } = request
  const fits = amounts[amount.pods]! < amounts[amount.offeredPods]!
    && (cpu === 0 || cpu <= amounts[amount.offeredCpu]! - amounts[amount.cpu]!)
    && (memory === 0 || memory <= amounts[amount.offeredMemory]! - amounts[amount.memory]!)
    && (ephemeral === 0 || ephemeral <= amounts[amount.offeredEphemeral]! - amounts[amount.ephemeral]!)
  return fits && request.scalars === undefined ? undefined : insufficient(request, node)
}

function insufficient(request: Resources, { amounts, shape, scalars }: PlacedNode): Rejection | undefined {
  const reasons: string[] = []
  let isUnresolvable = false
  const check = (name: string, wanted: number, used: number, capacity: number): void => {
    if (wanted === 0 || wanted <= capacity - used) return
    reasons.push(`Insufficient ${name}`)
    isUnresolvable ||= wanted > capacity
  }
  if (amounts[amount.pods]! + 1 > amounts[amount.offeredPods]!) reasons.push('Too many pods')
  check('cpu', request.cpu, amounts[amount.cpu]!, amounts[amount.offeredCpu]!)
  check('memory', request.memory, amounts[amount.memory]!, amounts[amount.offeredMemory]!)
  check('ephemeral-storage', request.ephemeral, amounts[amount.ephemeral]!, amounts[amount.offeredEphemeral]!)
  for (const name in request.scalars) {
    check(name, request.scalars[name] ?? 0, scalars?.[name] ?? 0, shape.scalars?.[name] ?? 0)
  }
  return reasons.length === 0 ? undefined : { plugin: 'NodeResourcesFit', reasons, isUnresolvable }
}

const nodeResourcesFit: FilterPlugin = {
  name: 'NodeResourcesFit',
  prepare({ pod }): Filter {
    const request = podRequests(pod.spec)
    return (node) => fitsRequest(request, node)
  },
}

/** The plugins that look at one node at a time, in upstream's order. */
export const nodeFilters: readonly FilterPlugin[] =
  [nodeUnschedulable, nodeName, taintToleration, nodeAffinity, nodePorts, nodeResourcesFit]
    .map((plugin) => ({ ...plugin, isLocal: true }))
