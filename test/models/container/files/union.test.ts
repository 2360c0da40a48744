/** The union file system: checked against an ordinary one, and what makes it differ. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Errno, FileAnswer, FileCall } from '#models/container/calls'
import { fileCall } from '#models/container/files/call'
import { archived, committed, unpacked } from '#models/container/files/image-layers'
import { inoAt, layerOf, merged, type Layer } from '#models/container/files/layers'
import { linksTo, rootIno, treeOf, withInode, type Tree } from '#models/container/files/tree'
import { copiedUp, mount, prepared, seen, unionCall, type Union } from '#models/container/files/union'
import { viewOf } from '#models/container/files/view'
import '../../../support/seed.js'

const write = (path: string, data: string): FileCall => ({ call: 'write', path, data })
const chmod = (path: string, mode: number): FileCall => ({ call: 'chmod', path, mode })
const after = (union: Union, ...calls: readonly FileCall[]): Union => calls.reduce((now, call) => unionCall(now, '/', call)[0], union)
const ask = (union: Union, call: FileCall): FileAnswer => unionCall(union, '/', call)[1]
const text = (union: Union, path: string): string | undefined => {
  const answer = ask(union, { call: 'read', path })
  return answer.ok ? answer.text : undefined
}

/** Everything that is seen, by path, with the names of one file told together. */
function listed(tree: Tree): Readonly<Record<string, unknown>> {
  const all: Record<string, unknown> = {}
  const walk = (ino: number, path: string): void => {
    const inode = tree[ino]!
    const { mode, uid, gid, type } = inode
    all[path] = type === 'directory' ? [type, mode, uid, gid] : [type, mode, uid, gid, inode.text, linksTo(tree, ino)]
    if (inode.type === 'directory') for (const [name, entry] of Object.entries(inode.entries).sort()) walk(entry, `${path}/${name}`)
  }
  walk(rootIno, '')
  return all
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
const withoutIno = (answer: FileAnswer): unknown => (answer.ok && answer.stat !== undefined ? { ...answer, stat: { ...answer.stat, ino: 0 } } : answer)

const image = [
  layerOf(treeOf(['opt', 'usr/share'], { '/etc/motd': 'second', '/opt/new': 'x' }), { '/usr/share/doc': 'whiteout' }),
  layerOf(treeOf(['tmp', 'usr/share/doc'], { '/etc/motd': 'first', '/etc/hosts': 'hosts', '/usr/share/doc/readme': 'r', '/usr/bin/tool': '#!tool' })),
]

describe('a union of layers', () => {
  const union = mount(image)
  test('shows the topmost file of a name', () => expect(text(union, '/etc/motd')).toBe('second'))
  test('shows directories of one name as one', () =>
    expect(ask(union, { call: 'readdir', path: '/etc' })).toEqual({ ok: true, names: ['hosts', 'motd'] }))
  test('does not show what a whiteout hides', () =>
    expect(ask(union, { call: 'readdir', path: '/usr/share' })).toEqual({ ok: true, names: [] }))
  test('is written in its upper layer alone', () => {
    const written = after(union, write('/etc/motd', 'mine'))
    expect([text(written, '/etc/motd'), text(mount(image), '/etc/motd')]).toEqual(['mine', 'second'])
    expect(Object.keys(archived(written.upper))).toEqual(['/', '/etc', '/etc/motd'])
  })
  test('copies up mode and owner with the file', () => {
    const written = after(union, chmod('/usr/bin/tool', 0o755), { call: 'write', path: '/usr/bin/tool', data: '2', how: 'append' })
    expect(ask(written, { call: 'stat', path: '/usr/bin/tool' })).toMatchObject({ stat: { mode: 0o755, size: 7 } })
  })
  test('hides what is removed below by a whiteout', () => {
    const removed = after(union, { call: 'unlink', path: '/etc/hosts' })
    expect(ask(removed, { call: 'stat', path: '/etc/hosts' })).toEqual({ ok: false, errno: 'ENOENT' })
    expect(removed.upper.marks).toEqual({ '/etc/hosts': 'whiteout' })
  })
  test('makes a directory anew as an opaque one', () => {
    const removed = after(union, { call: 'unlink', path: '/etc/hosts' }, { call: 'unlink', path: '/etc/motd' }, { call: 'rmdir', path: '/etc' }, { call: 'mkdir', path: '/etc' })
    expect(ask(removed, { call: 'readdir', path: '/etc' })).toEqual({ ok: true, names: [] })
    expect(removed.upper.marks).toEqual({ '/etc': 'opaque' })
  })
  test.each<readonly [string, readonly FileCall[], FileCall, Errno | undefined]>([
    ['a file of a layer below is renamed', [], { call: 'rename', from: '/etc/hosts', to: '/etc/other' }, undefined],
    ['a directory of a layer below is not', [], { call: 'rename', from: '/usr/bin', to: '/usr/sbin' }, 'EXDEV'],
    ['nor one that is merged', [write('/usr/bin/mine', 'x')], { call: 'rename', from: '/usr/bin', to: '/usr/sbin' }, 'EXDEV'],
    ['one of its own is', [{ call: 'mkdir', path: '/own' }], { call: 'rename', from: '/own', to: '/mine' }, undefined],
    ['also over a name that was removed', [{ call: 'mkdir', path: '/own' }, { call: 'unlink', path: '/usr/bin/tool' }, { call: 'rmdir', path: '/usr/bin' }],
      { call: 'rename', from: '/own', to: '/usr/bin' }, undefined],
  ])('%s', (_, calls, call, errno) => {
    const answer = ask(after(union, ...calls), call)
    expect(answer.ok ? undefined : answer.errno).toBe(errno)
  })
  test('breaks the link between two names of a file below when one is written', () => {
    const [base] = image.slice(1)
    const [linked] = fileCall(viewOf(base!.tree), '/', { call: 'link', from: '/etc/hosts', to: '/etc/link' })
    const written = after(mount([layerOf(linked.trees['']!)]), write('/etc/hosts', 'mine'))
    expect([text(written, '/etc/hosts'), text(written, '/etc/link')]).toEqual(['mine', 'hosts'])
  })
  test('is shared by containers that never see each other\'s writes', () => {
    const [one, other] = [after(mount(image), write('/tmp/a', '1')), after(mount(image), write('/tmp/a', '2'))]
    expect([text(one, '/tmp/a'), text(other, '/tmp/a')]).toEqual(['1', '2'])
    expect(one.lower).toBe(other.lower)
  })
})

describe('a copy-up', () => {
  test('that is interrupted is not seen', () => {
    const union = mount(image)
    const half = prepared(copiedUp(union, '/etc'), '/etc/motd')
    expect(Object.keys(half.work)).toHaveLength(2)
    expect(listed(seen(half).tree)).toEqual(listed(seen(union).tree))
    expect(text(after(half, write('/etc/motd', 'again')), '/etc/motd')).toBe('again')
  })
})

describe('a commit', () => {
  test('holds what was written, and what was removed as the image format has it', () => {
    const union = after(mount(image), write('/etc/motd', 'mine'), { call: 'unlink', path: '/etc/hosts' }, { call: 'unlink', path: '/opt/new' },
      { call: 'rmdir', path: '/opt' }, { call: 'mkdir', path: '/opt' })
    expect(Object.keys(committed(union))).toEqual(['/', '/etc', '/etc/motd', '/opt', '/etc/.wh.hosts', '/opt/.wh..wh..opq'])
  })
  test('of nothing holds nothing but the root', () => expect(Object.keys(committed(mount(image)))).toEqual(['/']))
})

const name = fc.constantFrom('a', 'b', 'c')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`)
const mode = fc.constantFrom(0o755, 0o700, 0o644)
const building: fc.Arbitrary<FileCall> = fc.oneof(
  fc.record({ call: fc.constant('mkdir' as const), path, mode }), fc.record({ call: fc.constant('mkdir' as const), path }),
  fc.record({ call: fc.constant('write' as const), path, data: fc.constantFrom('x', 'y') }),
  fc.record({ call: fc.constant('write' as const), path, data: fc.constant('+'), how: fc.constantFrom('append' as const, 'exclusive' as const) }),
  fc.record({ call: fc.constantFrom('rmdir' as const, 'unlink' as const), path }),
  fc.record({ call: fc.constant('symlink' as const), path, target: fc.oneof(path, name) }),
  fc.record({ call: fc.constant('chmod' as const), path, mode }),
  fc.record({ call: fc.constant('rename' as const), from: path, to: path }),
)
const using: fc.Arbitrary<FileCall> = fc.oneof(
  { weight: 8, arbitrary: building },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('link' as const), from: path, to: path }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('chown' as const), path, uid: fc.constantFrom(0, 7), gid: fc.constantFrom(0, 7) }) },
  { weight: 2, arbitrary: fc.record({ call: fc.constantFrom('read' as const, 'readdir' as const, 'stat' as const, 'lstat' as const, 'readlink' as const), path }) },
)
/** A directory is emptied, removed and made again: seldom by chance. */
const remaking = path.map((at): readonly FileCall[] => [
  ...['a', 'b', 'c'].flatMap((one): readonly FileCall[] => [{ call: 'unlink', path: `${at}/${one}` }, { call: 'rmdir', path: `${at}/${one}` }]),
  { call: 'rmdir', path: at }, { call: 'mkdir', path: at },
])
const several = (one: fc.Arbitrary<FileCall>): fc.Arbitrary<readonly FileCall[]> =>
  fc.oneof({ weight: 8, arbitrary: one.map((call) => [call]) }, { weight: 1, arbitrary: remaking })

const who = fc.constantFrom({ uid: 0, gid: 0 }, { uid: 7, gid: 7 })

/** Images of up to three layers, each of which was a container that was committed. */
const images: fc.Arbitrary<readonly Layer[]> = fc.array(fc.array(several(building), { minLength: 3, maxLength: 12 }), { minLength: 1, maxLength: 3 })
  .map((builds) => builds.reduce<readonly Layer[]>((lower, calls) => [after(mount(lower), ...calls.flat()).upper, ...lower], []))

type Way = (union: Union, call: FileCall, by: { readonly uid: number; readonly gid: number }) => readonly [Union, FileAnswer]

const properly: Way = (union, call, by) => unionCall(union, '/', call, by)

/** What a union answers and shows is what one file system does that holds the same; a directory that cannot be renamed aside. */
const agrees = (way: Way, limit = 40) => fc.property(images, fc.array(fc.tuple(several(using), who), { maxLength: limit }), (lower, groups) => {
  const calls = groups.flatMap(([all, by]) => all.map((call) => [call, by] as const))
  let union = mount(lower)
  let flat = viewOf(merged(lower).tree)
  const before = JSON.stringify(lower)
  for (const [call, by] of calls) {
    const [next, answer] = way(union, call, by)
    union = next
    if (call.call === 'rename' && !answer.ok && answer.errno === 'EXDEV') continue
    const [changed, expected] = fileCall(flat, '/', call, by)
    flat = changed
    if (!isSame(withoutIno(answer), withoutIno(expected)) || !isSame(listed(seen(union).tree), listed(flat.trees['']!))) return false
  }
  return JSON.stringify(union.lower) === before
})

describe('A union', () => {
  test('is like one file system', () => fc.assert(agrees(properly), { numRuns: 1_500 }))

  test('is the same image when it is committed, packed and unpacked', () => {
    fc.assert(fc.property(images, fc.array(building, { maxLength: 20 }), (lower, calls) => {
      const union = after(mount(lower), ...calls)
      expect(listed(merged([unpacked(committed(union)), ...lower]).tree)).toEqual(listed(seen(union).tree))
    }), { numRuns: 400 })
  })

  test('shows nothing of a copy-up that ended half-way', () => {
    fc.assert(fc.property(images, path, (lower, at) => {
      const union = mount(lower)
      if (inoAt(seen(union).tree, at) === undefined) return
      for (const half of [copiedUp(union, at.slice(0, at.lastIndexOf('/'))), prepared(union, at), copiedUp(union, at)]) {
        expect(listed(seen(half).tree)).toEqual(listed(seen(union).tree))
      }
    }), { numRuns: 400 })
  })

  const upperWith = (change: (upper: Layer, before: Layer) => Layer): Way => (union, call, by) => {
    const [next, answer] = properly(union, call, by)
    return [{ ...next, upper: change(next.upper, union.upper) }, answer]
  }
  const without = (mark: 'whiteout' | 'opaque') => upperWith(({ tree, marks }) =>
    ({ tree, marks: Object.fromEntries(Object.entries(marks).filter(([, is]) => is !== mark)) }))
  const modeOf = (tree: Tree, ino: number): Tree => (tree[ino]?.type === 'file' ? withInode(tree, ino, { ...tree[ino], mode: 0o600 }) : tree)

  test.each<readonly [string, Way]>([
    ['forgets whiteouts', without('whiteout')],
    ['forgets that directories are opaque', without('opaque')],
    ['loses the mode of what it copies up', upperWith(({ tree, marks }, before) => ({
      marks, tree: Object.keys(tree).filter((ino) => before.tree[ino] === undefined).reduce((all, ino) => modeOf(all, Number(ino)), tree),
    }))],
    ['looks through its layers from below', (union, call, by) => properly({ ...union, lower: [...union.lower].reverse() }, call, by)],
    ['writes through to the layer below', (union, call, by) => {
      const [next, answer] = properly(union, call, by)
      const [first, ...others] = next.lower
      return call.call === 'write' && answer.ok && first !== undefined
        ? [{ ...next, lower: [{ ...first, tree: fileCall(viewOf(first.tree), '/', call)[0].trees['']! }, ...others] }, answer] : [next, answer]
    }],
  ])('is not where it %s', (_, way) => expect(fc.check(agrees(way), { numRuns: 1_500 }).failed).toBe(true))
})
