/**
 * Models: pkg/kubelet/envvars/envvars.go (FromServices), pkg/kubelet/kubelet_pods.go (getServiceEnvVarMap)
 * Reads: nothing (it is handed the Services that the kubelet knows)
 * Writes: nothing
 * Omits: the order of variables, which upstream leaves to chance; of two of one name the later Service's by
 *   name stands
 */
import type { Service, ServicePort } from '#api/types'
import type { EnvVar } from './command.js'
import type { Variables } from './expansion.js'

/** IsServiceIPSet. */
export const hasClusterIP = ({ spec: { clusterIP = '' } }: Service): boolean =>
  clusterIP !== '' && clusterIP !== 'None'

const variableName = (name: string): string => name.replaceAll('-', '_').toUpperCase()

const variable = (name: string, value: string | number): EnvVar => ({ name, value: String(value) })

/** net.JoinHostPort */
const joined = (host: string, port: number): string =>
  (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)

/** What Docker's links once gave. */
function linkVariables(prefix: string, ip: string, ports: readonly ServicePort[]): readonly EnvVar[] {
  return ports.flatMap(({ port, protocol }, index) => {
    const lower = protocol.toLowerCase()
    const address = `${lower}://${joined(ip, port)}`
    const name = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`
    return [
      ...(index === 0 ? [variable(`${prefix}_PORT`, address)] : []),
      variable(name, address),
      variable(`${name}_PROTO`, lower), variable(`${name}_PORT`, port), variable(`${name}_ADDR`, ip),
    ]
  })
}

/** The variables of each Service that has an IP, in order. */
export const fromServices = (services: readonly Service[]): readonly EnvVar[] =>
  services.filter(hasClusterIP).flatMap(({ metadata, spec: { clusterIP = '', ports = [] } }) => {
    const name = variableName(metadata.name)
    return [
      variable(`${name}_SERVICE_HOST`, clusterIP),
      variable(`${name}_SERVICE_PORT`, ports[0]?.port ?? 0),
      ...ports.filter((port) => (port.name ?? '') !== '')
        .map((port) => variable(`${name}_SERVICE_PORT_${variableName(port.name ?? '')}`, port.port)),
      ...linkVariables(name, clusterIP, ports),
    ]
  })

/** A pod sees the API server in any case, and the Services of its namespace where it has asked for them. */
export function getServiceEnvVarMap(
  services: readonly Service[], namespace: string, enableServiceLinks: boolean,
): Variables {
  const seen = new Map<string, Service>()
  for (const service of services.filter(hasClusterIP)) {
    const { name } = service.metadata
    const isMaster = service.metadata.namespace === 'default' && name === 'kubernetes'
    if (isMaster ? !seen.has(name) : service.metadata.namespace === namespace && enableServiceLinks) {
      seen.set(name, service)
    }
  }
  const byName = [...seen.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, service]) => service)
  return Object.fromEntries(fromServices(byName).map(({ name, value }) => [name, value]))
}
