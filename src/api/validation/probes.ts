/** Probes and lifecycle hooks: `pkg/apis/core/validation/validation.go` validateHandler, validateProbe. */
import type {
  Container, ExecAction, GRPCAction, HTTPGetAction, Input, IntOrString, Lifecycle, LifecycleHandler, Probe,
  SleepAction, TCPSocketAction,
} from '../types.js'
import {
  all, complain, each, forbiddenIf, isSet, nonNegative, oneOf, requiredText, when, type Errors,
} from './check.js'
import { forbidden, invalid, notSupported, required, valid } from './field.js'
import { isHTTPHeaderName, isPortName, isPortNumber } from './names.js'

type Handler = {
  readonly exec?: Input<ExecAction>
  readonly httpGet?: Input<HTTPGetAction>
  readonly tcpSocket?: Input<TCPSocketAction>
  readonly grpc?: Input<GRPCAction>
  readonly sleep?: Input<SleepAction>
}

/** `ValidatePortNumOrName`; absent is 0. */
export const validatePort = (port: IntOrString | undefined, path: string): Errors =>
  typeof port === 'string' ? complain(path, port, isPortName(port))
    : complain(path, port ?? 0, isPortNumber(port ?? 0))

/** Exactly one handler, and that one well made. */
function validateHandler(handler: Handler, gracePeriod: number | undefined, path: string): Errors {
  const found: readonly (Errors | undefined)[] = [
    handler.exec && validateExec(handler.exec, `${path}.exec`),
    handler.httpGet && validateHTTPGet(handler.httpGet, `${path}.httpGet`),
    handler.tcpSocket && validatePort(handler.tcpSocket.port, `${path}.tcpSocket.port`),
    handler.grpc && complain(`${path}.grpc.port`, handler.grpc.port ?? 0, isPortNumber(handler.grpc.port ?? 0)),
    handler.sleep && validateSleep(handler.sleep, gracePeriod, `${path}.sleep`),
  ]
  const kinds = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep']
  const first = found.findIndex((errors) => errors !== undefined)
  if (first < 0) return [required(path, 'must specify a handler type')]
  return all(found[first] ?? valid, ...found.map((errors, index) => (errors === undefined || index === first ? valid
    : [forbidden(`${path}.${kinds[index] ?? ''}`, 'may not specify more than 1 handler type')])))
}

const validateExec = (exec: Input<ExecAction>, path: string): Errors =>
  when((exec.command ?? []).length === 0, () => required(`${path}.command`))

const validateHTTPGet = (http: Input<HTTPGetAction>, path: string): Errors => all(
  requiredText(`${path}.path`, http.path),
  validatePort(http.port, `${path}.port`),
  oneOf(`${path}.scheme`, http.scheme ?? '', ['HTTP', 'HTTPS']),
  each(http.httpHeaders, `${path}.httpHeaders`, ({ name = '' }) =>
    complain(`${path}.httpHeaders`, name, isHTTPHeaderName(name))))

const validateSleep = (sleep: Input<SleepAction>, gracePeriod: number | undefined, path: string): Errors => {
  const seconds = sleep.seconds ?? 0
  return when(gracePeriod !== undefined && (seconds < 0 || seconds > gracePeriod), () => invalid(path, seconds,
    `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod ?? 0})`))
}

function validateProbe(probe: Input<Probe>, gracePeriod: number | undefined, path: string): Errors {
  const grace = probe.terminationGracePeriodSeconds
  return all(
    validateHandler(probe, gracePeriod, path),
    nonNegative(`${path}.initialDelaySeconds`, probe.initialDelaySeconds),
    nonNegative(`${path}.timeoutSeconds`, probe.timeoutSeconds),
    nonNegative(`${path}.periodSeconds`, probe.periodSeconds),
    nonNegative(`${path}.successThreshold`, probe.successThreshold),
    nonNegative(`${path}.failureThreshold`, probe.failureThreshold),
    when(grace !== undefined && grace <= 0, () =>
      invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')))
}

/** One success is enough for a probe that decides about restarts. */
const mustSucceedOnce = (probe: Input<Probe>, path: string): Errors =>
  when((probe.successThreshold ?? 0) !== 1, () =>
    invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'))

/** The three probes and the hooks of one container. */
export function validateProbesAndHooks(
  container: Input<Container>, gracePeriod: number | undefined, os: string | undefined, path: string,
): Errors {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container
  return all(
    lifecycle === undefined ? valid : validateLifecycle(lifecycle, gracePeriod, os, `${path}.lifecycle`),
    livenessProbe === undefined ? valid : all(
      validateProbe(livenessProbe, gracePeriod, `${path}.livenessProbe`),
      mustSucceedOnce(livenessProbe, `${path}.livenessProbe`)),
    readinessProbe === undefined ? valid : all(
      validateProbe(readinessProbe, gracePeriod, `${path}.readinessProbe`),
      when(readinessProbe.terminationGracePeriodSeconds !== undefined, () =>
        invalid(`${path}.readinessProbe.terminationGracePeriodSeconds`,
          readinessProbe.terminationGracePeriodSeconds, 'must not be set for readinessProbes'))),
    startupProbe === undefined ? valid : all(
      validateProbe(startupProbe, gracePeriod, `${path}.startupProbe`),
      mustSucceedOnce(startupProbe, `${path}.startupProbe`)))
}

/** An init container that ends has neither probes nor hooks. */
export const validateNoProbesOrHooks = (container: Input<Container>, path: string): Errors =>
  all(...(['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const).map((field) =>
    forbiddenIf(container[field] !== undefined, `${path}.${field}`,
      'may not be set for init containers without restartPolicy=Always')))

function validateLifecycle(
  lifecycle: Input<Lifecycle>, gracePeriod: number | undefined, os: string | undefined, path: string,
): Errors {
  const hook = (handler: Input<LifecycleHandler> | undefined, place: string): Errors =>
    handler === undefined ? valid : validateHandler(handler, gracePeriod, place)
  return all(
    hook(lifecycle.postStart, `${path}.postStart`),
    hook(lifecycle.preStop, `${path}.preStop`),
    lifecycle.stopSignal === undefined ? valid : validateStopSignal(lifecycle.stopSignal, os, `${path}.stopSignal`))
}

const windowsSignals = ['SIGKILL', 'SIGTERM']
const realTimeSignals = Array.from({ length: 15 }, (_, index) =>
  [...(index < 14 ? [`SIGRTMAX-${index + 1}`] : []), `SIGRTMIN+${index + 1}`]).flat()
const linuxSignals = [
  'SIGABRT', 'SIGALRM', 'SIGBUS', 'SIGCHLD', 'SIGCLD', 'SIGCONT', 'SIGFPE', 'SIGHUP', 'SIGILL', 'SIGINT', 'SIGIO',
  'SIGIOT', 'SIGKILL', 'SIGPIPE', 'SIGPOLL', 'SIGPROF', 'SIGPWR', 'SIGQUIT', 'SIGRTMAX', 'SIGRTMIN', 'SIGSEGV',
  'SIGSTKFLT', 'SIGSTOP', 'SIGSYS', 'SIGTERM', 'SIGTRAP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGUSR1',
  'SIGUSR2', 'SIGVTALRM', 'SIGWINCH', 'SIGXCPU', 'SIGXFSZ', ...realTimeSignals,
].sort()

function validateStopSignal(signal: string, os: string | undefined, path: string): Errors {
  if (!isSet(os)) return [forbidden(path, 'may not be set for containers with empty `spec.os.name`')]
  const supported = os === 'windows' ? windowsSignals : linuxSignals
  return when(!supported.includes(signal), () => notSupported(path, signal, supported))
}
