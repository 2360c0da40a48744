/** Scripts that no shell can read, and those that Orrery does not understand: both are told, with what comes of them. */
import { describe, expect, it } from 'vitest'
import { directory, orrery } from '../support/cli.js'

const { write } = directory()

const pod = (script: readonly string[], more: readonly string[] = [], annotations = ''): string => [
  'apiVersion: v1', 'kind: Pod', `metadata: { name: web${annotations} }`, 'spec:', '  restartPolicy: Never', '  containers:',
  '    - name: web', '      image: busybox', '      command:', '        - sh', '        - -c', '        - |',
  ...script.map((line) => `          ${line}`), ...more.map((line) => `      ${line}`), '',
].join('\n')

const noScript = ['echo begins', 'if true; then', '  echo goes on']

/** What is told before the check begins, and how it ends. */
async function told(text: string, ...args: readonly string[]): Promise<readonly [code: number, warnings: readonly string[]]> {
  write({ 'pod.yaml': text })
  const { code, stdout, stderr } = await orrery('check', '-f', 'pod.yaml', '--runs', '1', ...args)
  expect(stderr).toBe('')
  const [begins = ''] = stdout.split('\n\n')
  const lines = begins.split('\n').slice(2)
  return [code, lines.map((line) => line.trim()).join(' ').split(/(?=! )/).map((one) => one.trim()).filter((one) => one !== '')]
}

describe('a script that is none', () => {
  it('ends the container with status 2, and is told with its place', async () => {
    expect(await told(pod(noScript))).toEqual([0, [
      "! pod.yaml:9: the command of container web of Pod default/web: the script cannot be read: expected 'fi' to close 'if' "
      + '(its line 4, column 1) [E_SHELL_SYNTAX] The shell ends with status 2 here, as a real one does. Mend it.',
    ]])
    const { stdout } = await orrery('logs', '-f', 'pod.yaml', 'web')
    expect(stdout).toBe("sh: line 4: syntax error: the script cannot be read: expected 'fi' to close 'if'\n")
    const described = await orrery('describe', '-f', 'pod.yaml', 'pod', 'web')
    expect(described.stdout).toMatch(/Exit Code: +2/)
  })
  it('of a probe fails every time', async () => {
    const probe = 'livenessProbe: { exec: { command: [sh, -c, "if true"] } }'
    const [code, [first = '', ...others]] = await told(pod(['sleep 600'], [probe]))
    expect([code, others]).toEqual([0, []])
    expect(first).toMatch(/^! pod\.yaml:14: the livenessProbe of container web of Pod default\/web: /)
    expect(first).toMatch(/\[E_SHELL_SYNTAX\] The probe fails every time\. Mend it\.$/)
  })
  it('of a hook fails every time', async () => {
    const hook = 'lifecycle: { postStart: { exec: { command: [sh, -c, "if true"] } } }'
    const [, [first = '']] = await told(pod(['sleep 600'], [hook]))
    expect(first).toMatch(/^! pod\.yaml:14: the postStart of .* \[E_SHELL_SYNTAX\] The hook fails every time\. Mend it\.$/)
  })
  it('is in the document of --json, and of an exploration', async () => {
    write({ 'pod.yaml': pod(noScript) })
    for (const command of [['check', '--runs', '1'], ['explore', '--delays', '0', '--faults', '0']]) {
      const { stdout } = await orrery(...command, '-f', 'pod.yaml', '--json')
      expect(JSON.parse(stdout)).toMatchObject({ errors: [
        { code: 'E_SHELL_SYNTAX', file: 'pod.yaml', line: 9, field: 'spec.containers[0].command', next: expect.any(String) },
      ] })
    }
  })
})

describe('a script that is not understood', () => {
  it('is told, and its container behaves as usual', async () => {
    expect(await told(pod(['cat <(echo a)']))).toEqual([0, [
      '! pod.yaml:9: the command of container web of Pod default/web: <(…) is not understood (its line 1, column 5) '
      + '[E_SHELL_SUBSET] The container is taken to behave as usual. Write it as POSIX has it, or describe the container by a '
      + 'profile.',
    ]])
  })
  it('is nobody\'s business where a profile says how the container behaves', async () => {
    const profile = ", annotations: { orrery.dev/profile: '{ \"startSeconds\": 2 }' }"
    expect(await told(pod(['cat <(echo a)'], [], profile))).toEqual([0, []])
    write({ 'orrery.yaml': 'profiles: { busybox: { startSeconds: 2 } }\n' })
    expect(await told(pod(['cat <(echo a)']), '--config', 'orrery.yaml')).toEqual([0, []])
  })
})
