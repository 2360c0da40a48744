/** A System for tests: files in memory, a network that is a table, and programs of an image by name. */
import { fileCall } from '#models/container/files/call'
import { treeOf } from '#models/container/files/tree'
import { viewOf, type View } from '#models/container/files/view'
import type { ImageProgram, NetworkAnswer, NetworkCall, System } from '#models/container/processes/system'

export interface Outside {
  readonly files?: Readonly<Record<string, string>>
  readonly network?: (call: NetworkCall) => NetworkAnswer
  readonly programs?: Readonly<Record<string, ImageProgram | ((argv: readonly string[]) => ImageProgram)>>
}

export interface MemorySystem extends System {
  readonly view: View
}

const usual = ['bin', 'dev', 'etc', 'tmp', 'usr/share', 'var/log', 'root', 'home']
const unknown: NetworkAnswer = { ok: false, why: 'unknown host' }

export function memorySystem({ files = {}, network = () => unknown, programs = {} }: Outside = {}): MemorySystem {
  return over(viewOf(treeOf(usual, files)))

  function over(view: View): MemorySystem {
    const system: MemorySystem = {
      view,
      file(call, { cwd }) {
        const [next, answer] = fileCall(view, cwd, call)
        return [answer, next === view ? system : over(next)]
      },
      network: (call) => [network(call), system],
      program(argv) {
        const [name = ''] = argv
        const found = programs[name] ?? programs[name.split('/').at(-1) ?? ''] ?? { is: 'known' }
        return [typeof found === 'function' ? found(argv) : found, system]
      },
    }
    return system
  }
}

/** The text of a file; undefined where there is none. */
export function textIn(view: View, path: string): string | undefined {
  const [, answer] = fileCall(view, '/', { call: 'read', path })
  return answer.ok ? answer.text : undefined
}
