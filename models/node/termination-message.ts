/**
 * Models: pkg/kubelet/kuberuntime/kuberuntime_container.go (convertToKubeContainerStatus, getTerminationMessage,
 *   readLastStringFromContainerLogs), pkg/kubelet/status/status_manager.go (normalizeStatus), pkg/util/tail/tail.go
 *   (ReadAtMost)
 * Reads: nothing (it is handed what a container wrote)
 * Writes: nothing
 * Omits: files that cannot be read
 */
import type { ContainerState, ContainerStatus, Pod } from '#api/types'

/** MaxContainerTerminationMessageLength, …LogLength, …LogLines, and MaxPodTerminationMessageLogLength; in bytes. */
const [ofFile, ofLogs, logLines, ofPod] = [4096, 2048, 80, 12_288] as const

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Bytes of the text; half a character is none. */
function bytesOf(text: string, from: 'start' | 'end', most: number): string {
  if (text.length * 3 <= most) return text // no character has more than three bytes for each unit
  const bytes = encoder.encode(text)
  if (bytes.length <= most) return text
  return decoder.decode(from === 'start' ? bytes.subarray(0, most) : bytes.subarray(bytes.length - most))
}

/** The last lines of a log, as TailLines counts them. */
function lastLines(logs: string): string {
  const lines = logs.split('\n')
  const isEnded = lines[lines.length - 1] === ''
  return lines.slice(-(logLines + (isEnded ? 1 : 0))).join('\n')
}

export interface Written {
  /** What was in the file at terminationMessagePath; absent where there was none. */
  readonly file?: string | undefined
  readonly logs?: string | undefined
  /** TerminationMessagePolicy is FallbackToLogsOnError. */
  readonly fallsBackToLogs: boolean
  readonly exitCode: number
}

/** What a container says as it ends; `undefined` for nothing. */
export function terminationMessage({ file = '', logs = '', fallsBackToLogs, exitCode }: Written): string | undefined {
  const message = file === '' && fallsBackToLogs && exitCode !== 0
    ? bytesOf(lastLines(logs), 'end', ofLogs)
    : bytesOf(file, 'end', ofFile)
  return message === '' ? undefined : message
}

/** Every container of a pod has its share of what a pod may say. */
export function withMessagesClipped({ spec }: Pod, status: ContainerStatus): ContainerStatus {
  const most = Math.trunc(ofPod / (spec.containers.length + (spec.initContainers ?? []).length))
  const state = clipped(status.state, most)
  const lastState = status.lastState === undefined ? undefined : clipped(status.lastState, most)
  if (state === status.state && lastState === status.lastState) return status
  return { ...status, state, ...(lastState === undefined ? {} : { lastState }) }
}

function clipped(state: ContainerState, most: number): ContainerState {
  const message = state.terminated?.message
  if (state.terminated === undefined || message === undefined) return state
  const short = bytesOf(message, 'start', most)
  return short === message ? state : { terminated: { ...state.terminated, message: short } }
}
