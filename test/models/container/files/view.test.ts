/** What Linux does with paths, modes and bind mounts (man 2 open, rename, mount). */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FileAnswer, FileCall } from '#models/container/calls'
import { fileCall } from '#models/container/files/call'
import { linksTo, rootIno, treeOf, type Tree } from '#models/container/files/tree'
import { viewOf, type View } from '#models/container/files/view'

const calls = (view: View, ...all: readonly FileCall[]): readonly [View, FileAnswer] =>
  all.reduce<readonly [View, FileAnswer]>(([now], call) => fileCall(now, '/', call), [view, { ok: true }])

const answer = (view: View, ...all: readonly FileCall[]): FileAnswer => calls(view, ...all)[1]
const read = (view: View, path: string): FileAnswer => fileCall(view, '/', { call: 'read', path })[1]
const write = (path: string, data: string): FileCall => ({ call: 'write', path, data })

const plain = viewOf(treeOf(['tmp', 'etc'], { '/etc/hosts': 'hosts' }))

describe('a path', () => {
  test.each<readonly [string, FileCall, FileAnswer]>([
    ['goes through a symlink', { call: 'read', path: '/link/hosts' }, { ok: true, text: 'hosts' }],
    ['goes up again', { call: 'read', path: '/tmp/../etc/./hosts' }, { ok: true, text: 'hosts' }],
    ['does not go up beyond the root', { call: 'read', path: '/../../etc/hosts' }, { ok: true, text: 'hosts' }],
    ['does not go on from a file', { call: 'read', path: '/etc/hosts/x' }, { ok: false, errno: 'ENOTDIR' }],
    ['with a slash at its end is a directory', { call: 'stat', path: '/etc/hosts/' }, { ok: false, errno: 'ENOTDIR' }],
    ['of a loop of symlinks ends', { call: 'read', path: '/loop' }, { ok: false, errno: 'ELOOP' }],
    ['of nothing is refused', { call: 'read', path: '' }, { ok: false, errno: 'ENOENT' }],
  ])('%s', (_, call, expected) => {
    const [view] = calls(plain, { call: 'symlink', path: '/link', target: 'etc' }, { call: 'symlink', path: '/loop', target: 'loop' })
    expect(answer(view, call)).toEqual(expected)
  })
  test('of a symlink to nothing makes what it points to', () => {
    const [view] = calls(plain, { call: 'symlink', path: '/tmp/link', target: '/tmp/file' }, write('/tmp/link', 'x'))
    expect(read(view, '/tmp/file')).toEqual({ ok: true, text: 'x' })
  })
})

describe('a user who is not root', () => {
  const who = { uid: 1000, gid: 1000 }
  test.each<readonly [string, FileCall, FileAnswer]>([
    ['reads what others may read', { call: 'read', path: '/etc/hosts' }, { ok: true, text: 'hosts' }],
    ['does not write it', write('/etc/hosts', 'x'), { ok: false, errno: 'EACCES' }],
    ['makes nothing in a directory of root', write('/etc/mine', 'x'), { ok: false, errno: 'EACCES' }],
    ['does not give it away', { call: 'chown', path: '/etc/hosts', uid: 1000, gid: 1000 }, { ok: false, errno: 'EPERM' }],
  ])('%s', (_, call, expected) => expect(fileCall(plain, '/', call, who)[1]).toEqual(expected))
})

describe('a mount', () => {
  const volume: Tree = treeOf(['data'], { '/file': 'in the volume' })
  const view: View = {
    trees: { '': treeOf(['tmp'], { '/etc/hosts': 'hosts', '/mnt/file': 'hidden' }), volume },
    mounts: [{ path: '/mnt', tree: 'volume' }, { path: '/twice', tree: 'volume' }, { path: '/ro', tree: 'volume', readOnly: true }],
  }
  test('hides what is below it, which is there again without it', () => {
    expect(read(view, '/mnt/file')).toEqual({ ok: true, text: 'in the volume' })
    expect(read({ ...view, mounts: [] }, '/mnt/file')).toEqual({ ok: true, text: 'hidden' })
  })
  test('leads to one and the same file wherever it is mounted', () => {
    const [after] = calls(view, write('/mnt/file', 'changed'))
    expect(read(after, '/twice/file')).toEqual({ ok: true, text: 'changed' })
    expect(after.trees['']).toBe(view.trees[''])
  })
  test('that is read-only is not written through', () => {
    for (const call of [write('/ro/file', 'x'), write('/ro/new', 'x'), { call: 'unlink', path: '/ro/file' } as const]) {
      expect(answer(view, call)).toEqual({ ok: false, errno: 'EROFS' })
    }
  })
  test('is in the list of the directory that it is in', () =>
    expect(answer(view, { call: 'readdir', path: '/' })).toEqual({ ok: true, names: ['etc', 'mnt', 'ro', 'tmp', 'twice'] }))
  test('cannot be removed, and nothing moves out of it by name alone', () => {
    expect(answer(view, { call: 'unlink', path: '/mnt/file' }, { call: 'unlink', path: '/mnt/data' })).toMatchObject({ ok: false })
    expect(answer(view, { call: 'rename', from: '/mnt', to: '/other' })).toEqual({ ok: false, errno: 'EBUSY' })
    expect(answer(view, { call: 'rename', from: '/mnt/file', to: '/tmp/file' })).toEqual({ ok: false, errno: 'EXDEV' })
    expect(answer(view, { call: 'link', from: '/mnt/file', to: '/tmp/file' })).toEqual({ ok: false, errno: 'EXDEV' })
  })
  test('of a subPath stays with its inode, whatever becomes of the name', () => {
    const sub: View = { ...view, mounts: [...view.mounts, { path: '/etc/hosts', tree: 'volume', ino: 3 }] }
    const inode = volume[3]
    expect(inode).toMatchObject({ type: 'file' })
    const [after] = calls(sub, write('/mnt/new', 'other'), { call: 'rename', from: '/mnt/new', to: '/mnt/elsewhere' })
    expect(read(after, '/etc/hosts')).toEqual({ ok: true, text: 'in the volume' })
  })
})

const path = fc.array(fc.constantFrom('a', 'b', 'c', '..'), { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`)
const call = fc.oneof(
  fc.record({ call: fc.constantFrom('stat', 'lstat', 'read', 'readlink', 'readdir', 'rmdir', 'unlink'), path }),
  fc.record({ call: fc.constant('write'), path, data: fc.constantFrom('x', 'yy'), how: fc.constantFrom('append', 'exclusive') }),
  fc.record({ call: fc.constant('mkdir'), path }),
  fc.record({ call: fc.constantFrom('rename', 'link'), from: path, to: path }),
  fc.record({ call: fc.constant('symlink'), path, target: path }),
) as fc.Arbitrary<FileCall>

test('whatever is called, every inode has a name, every name an inode, and a refusal changes nothing', () => {
  fc.assert(fc.property(fc.array(call, { maxLength: 30 }), (all) => {
    let view = viewOf(treeOf([]))
    for (const one of all) {
      const [after, said] = fileCall(view, '/', one)
      if (!said.ok) expect(after).toBe(view)
      view = after
      const tree = view.trees[''] ?? {}
      for (const ino of Object.keys(tree).map(Number)) if (ino !== rootIno) expect(linksTo(tree, ino)).toBeGreaterThan(0)
      for (const inode of Object.values(tree)) {
        if (inode.type === 'directory') for (const ino of Object.values(inode.entries)) expect(tree[ino]).toBeDefined()
      }
    }
  }), { numRuns: 300 })
})
