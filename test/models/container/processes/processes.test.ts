/** What Linux does with the processes of a container (man 7 pid_namespaces, signal; wait(2)). */
import { describe, expect, test } from 'vitest'
import { join, oomKill, sharedNamespace, signal } from '#models/container/processes/containers'
import { run } from '#models/container/processes/run'
import { memorySystem } from '../../../support/memory-system.js'
import {
  begun, begunBeside, codeOf, execed, finished, next, ran, signalled, until,
} from '../../../support/shell.js'

const none = memorySystem()
const sh = (text: string) => begun(['sh', '-c', text], none)
const pids = (going: ReturnType<typeof sh>): readonly string[] =>
  Object.entries(going.tree.processes).map(
    ([pid, { argv, ended }]) => `${pid} ${argv.join(' ')}${ended ? ' (zombie)' : ''}`
  )

describe('PID 1 of a namespace', () => {
  test('is the last command of sh -c, which takes the place of the shell', () =>
    expect(pids(sh('touch /tmp/a; sleep 600'))).toEqual(['1 sleep 600']))

  test('stays the shell where it has a trap, or something comes after', () => {
    expect(pids(sh('trap : TERM; sleep 600'))).toEqual(['1 sh -c trap : TERM; sleep 600', '2 sleep 600'])
    expect(pids(sh('sleep 600; echo'))).toEqual(['1 sh -c sleep 600; echo', '2 sleep 600'])
  })

  test.each(['TERM', 'INT', 'HUP', 'QUIT', 'USR1'])('has no default action for %s', (name) => {
    for (const script of ['sleep 600', 'sleep 600; echo', 'while true; do sleep 5; done']) {
      expect(signalled(sh(script), name).ended).toEqual([])
    }
  })

  test('cannot be killed from within, and can from outside', () => {
    expect(sh('kill -9 1; sleep 600').ended).toEqual([])
    expect(execed(sh('sleep 600'), 'kill', '-9', '1')).toMatchObject({ code: 0, ended: [{ pid: 2 }] })
    expect(signalled(sh('sleep 600'), 'KILL').ended).toEqual([
      { pid: 1, container: 'main', code: 137, signal: 'KILL' },
    ])
  })

  test('runs its trap when the command in the foreground has ended', () => {
    const going = signalled(sh('trap "echo stopping; exit 0" TERM; sleep 10; echo not'), 'TERM')
    expect(going.said).toEqual([])
    expect(finished(going)).toMatchObject({ said: ['stopping'], now: 10, ended: [{ code: 0 }] })
  })

  test('runs its trap at once while it waits for a job', () =>
    expect(signalled(sh('trap "echo stopping; exit 0" TERM; sleep 10 & wait'), 'TERM'))
      .toMatchObject({ said: ['stopping'], ended: [{ code: 0 }] }))

  test('takes all others with it, and ends every sleep', () => {
    const going = execed(sh('sleep 600 & sleep 700 & sleep 1; exit 4'), 'sleep', '50')
    const after = next(going)
    expect(after).toMatchObject({ due: {}, tree: { processes: {}, armed: [], opens: {}, pipes: {} } })
    expect(after?.ended.map(({ pid, code }) => [pid, code])).toEqual([[5, 137], [1, 4]])
  })
})

describe('Other processes', () => {
  test('end by the signals that they do not catch', () => {
    const going = begunBeside(['sleep', '600'], none)
    expect(signalled(going, 'TERM', 2).ended).toEqual([
      { pid: 2, container: 'main', code: 143, signal: 'TERM' },
    ])
    expect(signalled(going, 'WINCH', 2).ended).toEqual([])
  })

  test('pass on what is ignored, and not what is caught', () => {
    const ignoring = begunBeside(['sh', '-c', 'trap "" TERM; sleep 600; :'], none)
    expect(signalled(ignoring, 'TERM', 3).ended).toEqual([])
    const catching = begunBeside(['sh', '-c', 'trap : TERM; sleep 600; echo $?'], none)
    expect(signalled(catching, 'TERM', 3)).toMatchObject({ said: ['143'], ended: [{ code: 0 }] })
  })

  test('are zombies until somebody waits for them', () => {
    const server = memorySystem({ programs: { server: { is: 'server', signals: {} } } })
    const unreaped = execed(begun(['server'], server), 'sh', '-c', 'sh -c "sleep 5 & exit 0"')
    expect(pids(unreaped)).toEqual(['1 server', '3 sleep 5'])
    expect(pids(finished(unreaped))).toEqual(['1 server', '3 sleep 5 (zombie)'])
  })

  test('that are orphans are reaped by a shell when it waits, and by pause at once', () => {
    const orphan = 'sh -c "sleep 1 & exit 0"; sleep 2; sleep 600; echo'
    expect(pids(until(sh(orphan), 1)).filter((line) => line.includes('zombie'))).toEqual([])
    const image = memorySystem({ programs: { server: { is: 'server' } } })
    const shared = begunBeside(['sh', '-c', 'sh -c "sleep 1 & exit 0"; exec server'], image)
    expect(pids(until(shared, 1))).toEqual(['1 /pause', '2 server'])
  })

  test.each([
    ['exit 0', 0], ['exit 1', 1], ['nosuch', 127], ['/tmp', 126], ['exit 300', 44],
    ["sh -c 'kill -9 $$'; exit $?", 137], ["sh -c 'kill -TERM $$'; exit $?", 143],
    ["sh -c 'kill -SEGV $$'; exit $?", 139], ["sh -c 'kill -TERM $$'", 0], ['kill -TERM $$; exit 5', 5],
  ])('%s: status %d', (script, code) => expect(codeOf(finished(sh(script)))).toBe(code))

  test('are found by ps, pidof and killall', () => {
    const going = execed(sh('sleep 600 & sleep 700 & wait'), 'ps')
    expect(going.said.map((line) => line.slice(21))).toEqual(
      ['COMMAND', 'sh -c sleep 600 & sleep 700 & wait', 'sleep 600', 'sleep 700', 'ps'])
    expect(execed(going, 'pidof', 'sleep').said.at(-1)).toBe('3 2')
    expect(execed(going, 'killall', 'sleep')).toMatchObject({
      code: 0,
      ended: [{}, { pid: 4, code: 0 }, { pid: 1, code: 0 }],
    })
    expect(execed(going, 'killall', '-0', 'nginx').code).toBe(1)
  })
})

describe('A process beside the first one (exec)', () => {
  test.each([
    [['cat', '/tmp/healthy'], 1],
    [['true'], 0],
    [['sh', '-c', 'exit 3'], 3],
    [['nosuch'], 127],
    [['test', '-d', '/tmp'], 0],
  ])('%j ends with %d, and the container goes on', (argv, code) => {
    const going = execed(sh('sleep 600'), ...argv)
    expect(going.code).toBe(code)
    expect(going.tree.mains).toEqual({ main: 1 })
    expect(Object.keys(going.tree.processes)).toEqual(['1'])
  })

  test('writes to whoever asked, not to the log', () => {
    const started = execed(sh('echo log; sleep 600'), 'sh', '-c', 'echo probe; sleep 5; echo late')
    const [, , report] = run(started.tree, started.system)
    expect(report.lines).toEqual([])
    expect(next(started)?.said).toEqual(['log', 'probe', 'late'])
  })

  test('has nothing to be beside of where the container has ended', () =>
    expect(execed(sh('exit 0'), 'true').code).toBe(128))
})

describe('A memory limit', () => {
  test('kills one process, and the container goes on where that is not the first', () => {
    const going = sh('sleep 600; echo status $?; sleep 1; exit 2')
    const child = ran({ ...going, tree: oomKill(going.tree, 2) })
    expect(child).toMatchObject({ said: ['status 137'], errors: ['Killed'], ended: [] })
    const first = ran({ ...going, tree: oomKill(going.tree, 1) })
    expect(first.ended).toEqual([{ pid: 1, container: 'main', code: 137, signal: 'KILL', oom: true }])
  })
})

describe('Containers that share a namespace', () => {
  const shared = sharedNamespace(none)
  if (!shared.ok) throw new Error(shared.message)
  const start = { env: {}, cwd: '/' }
  const app = join(
    shared.tree,
    { ...start, argv: ['sh', '-c', 'trap "exit 3" TERM; sleep 600 & wait'], container: 'app' },
    none
  )
  const sidecar = app.ok
    ? join(app.tree, { ...start, argv: ['sleep', '600'], container: 'sidecar' }, none)
    : app
  const tree = sidecar.ok ? run(sidecar.tree, none)[0] : shared.tree

  test('have pause as their first process, and see each other', () => {
    expect(tree.mains).toEqual({ POD: 1, app: 2, sidecar: 3 })
    expect(Object.values(tree.processes).map(({ argv: [name] }) => name)).toEqual([
      '/pause',
      'sh',
      'sleep',
      'sleep',
    ])
  })

  test('end by themselves: what is left of one is killed, the others go on', () => {
    const [after, , { ended }] = run(signal(tree, 2, 'TERM'), none)
    expect(ended).toEqual([{ pid: 2, container: 'app', code: 3 }])
    expect(Object.keys(after.processes)).toEqual(['1', '3'])
    expect(run(signal(tree, 3, 'TERM'), none)[2].ended).toEqual([
      { pid: 3, container: 'sidecar', code: 143, signal: 'TERM' },
    ])
  })

  test('all end with pause', () => {
    const [after, , { ended }] = run(signal(tree, 1, 'TERM'), none)
    expect(ended.map(({ container, code }) => [container, code]).sort()).toEqual([
      ['POD', 0],
      ['app', 137],
      ['sidecar', 137],
    ])
    expect(after.processes).toEqual({})
  })
})

describe('What a container costs', () => {
  test('an endless loop is said, and goes on in the next run', () => {
    const going = sh('while :; do :; done')
    expect(going.busy).toEqual([1])
    expect(ran(going).busy).toEqual([1])
  })

  test('a loop that sleeps is the same container again after each round', () => {
    const going = sh('while true; do date >> /dev/null; (sleep 1; exit 3) | cat; sleep 5 & wait; done')
    const after = (count: number): ReturnType<typeof sh> =>
      count === 0 ? going : (next(after(count - 1)) ?? going)
    const rounds = [4, 6, 8, 10].map(after)
    expect(new Set(rounds.map(({ tree }) => JSON.stringify(tree))).size).toBe(1)
  })

  test('a process that forks without end is refused', () => {
    const going = sh('f() { f & f & }; f; sleep 1; echo left')
    expect(Object.keys(going.tree.processes).length).toBeLessThanOrEqual(200)
  })

  test('a function that calls itself without end is ended as for want of a stack', () =>
    expect(codeOf(sh('f() { f; }; f'))).toBe(139))
})

test('A writer whose reader is gone is ended by PIPE, and one whose reader is slow waits', () => {
  expect(finished(sh('set -o pipefail; yes | head -n 1; echo $?')).said).toEqual(['y', '141'])
  const slow = sh('yes | sleep 5; echo done')
  expect(slow.tree.processes['2']?.waits).toMatchObject({ ask: 'write' })
  expect(finished(slow)).toMatchObject({ said: ['done'], now: 5 })
})
