/** Runs the command in this process, in a directory of its own, and catches what it prints. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, vi } from 'vitest'
import { run } from '#cli/program'

export interface Printed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A directory that is there for the tests of a file; files are written by path and text. */
export function directory(): { readonly path: () => string; readonly write: (files: Readonly<Record<string, string>>) => void } {
  let path = ''
  const before = process.cwd()
  beforeAll(() => {
    path = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-cli-')))
    process.chdir(path)
  })
  afterAll(() => {
    process.chdir(before)
    rmSync(path, { recursive: true })
  })
  return {
    path: () => path,
    write(files) {
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(path, file)), { recursive: true })
        writeFileSync(join(path, file), text)
      }
    },
  }
}

export async function orrery(...args: readonly string[]): Promise<Printed> {
  const printed = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      printed[stream] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
      return true
    }))
  try {
    const code = await run(args)
    return { code, stdout: stripVTControlCharacters(printed.stdout), stderr: stripVTControlCharacters(printed.stderr) }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

export interface WebOptions {
  readonly replicas?: string
  readonly selector?: string
  /** More of the container, in flow style: `, imagePullpolicy: Always`. */
  readonly container?: string
  /** More of the pod, indented by six. */
  readonly pod?: string
}

/** A Deployment that has nothing wrong with it, but for what is asked for. */
export const web = ({ replicas = '1', selector = 'web', container = '', pod = '' }: WebOptions = {}): string =>
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${selector} } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: example.org/web:1${container} }
${pod}`

/** With a Service and without a preStop hook: a rollout drops connections. */
export const hazard = `${web({ replicas: '2', container: ', ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 8080 } }' })}---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080 }]
`
