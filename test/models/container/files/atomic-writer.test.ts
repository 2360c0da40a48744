/** The atomic writer, by upstream's own rows (pkg/volume/util/atomic_writer_test.go), and interrupted anywhere. */
import * as fc from 'fast-check'
import { getOrElse, isLeft, isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { FileCall } from '#models/container/calls'
import {
  applied, atomicWrite, groupMode, pathsToRemove, validatePath, validatePayload, type Writing,
} from '#models/container/files/atomic-writer'
import { directory, emptyTree, root, rootIno, withInode, type Tree } from '#models/container/files/tree'
import { find, inodeAt, isErrno, viewOf } from '#models/container/files/view'
import type { FileProjection, Payload } from '#models/container/payload'
import '../../../support/seed.js'

const file = (data: string, mode = 0o644): FileProjection => ({ data, mode })
const files = (...paths: readonly string[]): Payload => Object.fromEntries(paths.map((path) => [path, file(path)]))
const empty = withInode(emptyTree, rootIno, directory(0o777))

const nothing: Writing = { write: [], swap: [], tidy: [] }
const all = ({ write, swap, tidy }: Writing): readonly FileCall[] => [...write, ...swap, ...tidy]
const plan = (tree: Tree, payload: Payload, group?: number): Writing => getOrElse(() => nothing)(atomicWrite(tree, payload, group))
const written = (tree: Tree, payload: Payload, group?: number): Tree => applied(tree, all(plan(tree, payload, group)))

/** Files below a path, by their path from there; symlinks on the way are followed. */
function below(tree: Tree, path: string, before = ''): Payload {
  const view = viewOf(tree)
  const found = find(view, '/', path, root, true)
  const inode = isErrno(found) || found.place === undefined ? undefined : inodeAt(view, found.place)
  if (inode?.type === 'file') return { [before]: { data: inode.text, mode: inode.mode } }
  if (inode?.type !== 'directory') return {}
  return Object.assign({}, ...Object.keys(inode.entries)
    .map((name) => below(tree, `${path}/${name}`, before === '' ? name : `${before}/${name}`))) as Payload // of payloads
}

/** What is seen by names that do not begin with two dots (checkVolumeContents). */
function visible(tree: Tree): Payload {
  const top = tree[rootIno]
  const names = top?.type === 'directory' ? Object.keys(top.entries).filter((name) => !name.startsWith('..')) : []
  return Object.assign({}, ...names.map((name) => below(tree, `/${name}`, name))) as Payload // likewise
}

const cleaned = (payload: Payload): Payload => getOrElse((): Payload => ({}))(validatePayload(payload))

describe('TestValidatePath', () => {
  test.each<readonly [string, string, boolean]>([
    ['valid 1', 'i/am/well/behaved.txt', true],
    ['valid 2', 'keepyourheaddownandfollowtherules.txt', true],
    ['max path length', 'a'.repeat(4097), false],
    ['max file length', 'a'.repeat(256), false],
    ['absolute failure', '/dev/null', false],
    ['reserved path', '..sneaky.txt', false],
    ['contains doubledot 1', 'hello/there/../../../../../../etc/passwd', false],
    ['contains doubledot 2', 'hello/../etc/somethingbad', false],
    ['empty', '', false],
  ])('%s', (_, path, isValid) => expect(validatePath(path) === undefined).toBe(isValid))
})

describe('TestValidatePayload', () => {
  test.each<readonly [string, Payload, readonly string[] | undefined]>([
    ['valid payload', files('foo', 'bar'), ['foo', 'bar']],
    ['payload with path length > 4096 is invalid', files('a'.repeat(4097)), undefined],
    ['payload with absolute path is invalid', files('/dev/null'), undefined],
    ['payload with reserved path is invalid', files('..sneaky.txt'), undefined],
    ['payload with doubledot path is invalid', files('foo/../etc/password'), undefined],
    ['payload with empty path is invalid', files(''), undefined],
    ['payload with unclean path should be cleaned', files('foo////bar'), ['foo/bar']],
  ])('%s', (_, payload, paths) => {
    const result = validatePayload(payload)
    expect(isRight(result) ? Object.keys(result.right) : undefined).toEqual(paths)
  })
})

describe('TestPathsToRemove', () => {
  test.each<readonly [string, Payload, Payload, readonly string[]]>([
    ['simple', files('foo.txt', 'bar.txt'), files('foo.txt'), ['bar.txt']],
    ['simple 2', files('foo.txt', 'zip/bar.txt'), files('foo.txt'), ['zip/bar.txt', 'zip']],
    ['subdirs 1', files('foo.txt', 'zip/zap/bar.txt'), files('foo.txt'), ['zip/zap/bar.txt', 'zip', 'zip/zap']],
    ['subdirs 2', files('foo.txt', 'zip/1/2/3/4/bar.txt'), files('foo.txt'),
      ['zip/1/2/3/4/bar.txt', 'zip', 'zip/1', 'zip/1/2', 'zip/1/2/3', 'zip/1/2/3/4']],
    ['subdirs 3', files('foo.txt', 'zip/1/2/3/4/bar.txt', 'zap/a/b/c/bar.txt'), files('foo.txt'),
      ['zip/1/2/3/4/bar.txt', 'zip', 'zip/1', 'zip/1/2', 'zip/1/2/3', 'zip/1/2/3/4', 'zap', 'zap/a', 'zap/a/b', 'zap/a/b/c', 'zap/a/b/c/bar.txt']],
    ['subdirs 4', files('foo.txt', 'zap/1/2/3/4/bar.txt', 'zap/1/2/c/bar.txt', 'zap/1/2/magic.txt'), files('foo.txt', 'zap/1/2/magic.txt'),
      ['zap/1/2/3/4/bar.txt', 'zap/1/2/3', 'zap/1/2/3/4', 'zap/1/2/c', 'zap/1/2/c/bar.txt']],
    ['subdirs 5', files('foo.txt', 'zap/1/2/3/4/bar.txt', 'zap/1/2/c/bar.txt'), files('foo.txt', 'zap/1/2/magic.txt'),
      ['zap/1/2/3/4/bar.txt', 'zap/1/2/3', 'zap/1/2/3/4', 'zap/1/2/c', 'zap/1/2/c/bar.txt']],
  ])('%s', (_, first, next, paths) =>
    expect([...pathsToRemove(written(empty, first), '..0', next)].sort()).toEqual([...paths].sort()))
})

describe('TestWriteOnce', () => {
  test.each<readonly [string, Payload, boolean]>([
    ['invalid payload 1', files('foo', '..bar', 'binary.bin'), false],
    ['invalid payload 2', files('foo/../bar'), false],
    ['basic 1', files('foo', 'bar'), true],
    ['basic 2', files('binary.bin', '.binary.bin'), true],
    ['basic mode 1', { foo: file('foo', 0o777), bar: file('bar', 0o400) }, true],
    ['dotfiles', files('foo', 'bar', '.dotfile', '.dotfile.file'), true],
    ['dotfiles mode', { 'foo': file('foo', 0o407), 'bar': file('bar', 0o440), '.dotfile': file('d', 0o777), '.dotfile.file': file('f', 0o666) }, true],
    ['subdirectories 1', files('foo/bar.txt', 'bar/zab.txt'), true],
    ['subdirectories mode 1', { 'foo/bar.txt': file('foo/bar', 0o400), 'bar/zab.txt': file('bar/zab.txt') }, true],
    ['subdirectories 2', files('foo//bar.txt', 'bar///bar/zab.txt'), true],
    ['subdirectories 3', files('foo/bar.txt', 'bar/zab.txt', 'foo/blaz/bar.txt', 'bar/zib/zab.txt'), true],
    ['kitchen sink', { ...files('foo.log', 'bar.zap', '.dotfile', 'foo/bar.txt', 'bar/zab.txt', 'foo/blaz/bar.txt'),
      'bar/zib/zab.txt': file('bar/zib/zab.txt', 0o400), '1/2/3/4/5/6/7/8/9/10/.dotfile.lib': file('1-2-3-dotfile', 0o777) }, true],
  ])('%s', (_, payload, succeeds) => {
    expect(isRight(atomicWrite(empty, payload))).toBe(succeeds)
    if (succeeds) expect(visible(written(empty, payload))).toEqual(cleaned(payload))
  })
})

const both = files('foo/bar.txt', 'bar/zab.txt')

describe('TestUpdate', () => {
  test.each<readonly [string, Payload, Payload, boolean]>([
    ['update', files('foo', 'bar'), { foo: file('foo2'), bar: file('bar2', 0o640) }, true],
    ['no update', files('foo', 'bar'), files('foo', 'bar'), false],
    ['no update 2', both, both, false],
    ['add 1', both, { ...both, ...files('blu/zip.txt') }, true],
    ['add 2', both, { ...both, ...files('blu/two/2/3/4/5/zip.txt') }, true],
    ['add 3', both, { ...both, ...files('bar/2/3/4/5/zip.txt') }, true],
    ['delete 1', both, files('foo/bar.txt'), true],
    ['delete 2', files('foo/bar.txt', 'bar/1/2/3/zab.txt'), files('foo/bar.txt'), true],
    ['delete 3', files('foo/bar.txt', 'bar/1/2/sip.txt', 'bar/1/2/3/zab.txt'), files('foo/bar.txt', 'bar/1/2/sip.txt'), true],
    ['delete 4', files('foo/bar.txt', 'bar/1/2/sip.txt', 'bar/1/2/3/4/5/6zab.txt'), files('foo/bar.txt', 'bar/1/2/sip.txt'), true],
    ['delete all', files('foo/bar.txt', 'bar/1/2/sip.txt', 'bar/1/2/3/4/5/6zab.txt'), {}, true],
    ['add and delete 1', files('foo/bar.txt'), files('bar/baz.txt'), true],
  ])('%s', (_, first, next, shouldWrite) => {
    const before = written(empty, first)
    expect(all(plan(before, next)).length > 0).toBe(shouldWrite)
    expect(visible(written(before, next))).toEqual(next)
  })
  test('another mode alone is not written', () =>
    expect(plan(written(empty, files('foo')), { foo: file('foo', 0o600) })).toEqual(nothing))
})

describe('TestMultipleUpdates', () => {
  const four = files('foo/bar.txt', 'bar/zab.txt', 'foo/blaz/bar.txt', 'bar/zib/zab.txt')
  const again = (payload: Payload, mode = 0o644): Payload =>
    Object.fromEntries(Object.entries(payload).map(([path, { data }]) => [path, file(`${data}2`, mode)]))
  test.each<readonly [string, readonly Payload[]]>([
    ['update 1', [files('foo', 'bar'), { foo: file('foo2', 0o400), bar: file('bar2', 0o400) }, { foo: file('foo3', 0o600), bar: file('bar3', 0o600) }]],
    ['update 2', [both, again(both, 0o400)]],
    ['clear sentinel', ['', '2', '3', '4'].map((n): Payload => ({ foo: file(`foo${n}`), bar: file(`bar${n}`) }))],
    ['subdirectories 2', [four, again(four)]],
    ['add 1', [files('foo/bar.txt', 'bar//zab.txt', 'foo/blaz/bar.txt', 'bar/zib////zib/zab.txt'), { ...again(four), ...files('add/new/keys.txt') }]],
    ['add 2', [{ ...again(four), ...files('add/new/keys.txt') }, { ...again(four), ...files('add/new/keys.txt', 'add/new/keys2.txt', 'add/new/keys3.txt') }]],
    ['remove 1', [files('foo/bar.txt', 'bar//zab.txt', 'foo/blaz/bar.txt', 'zip/zap/zup/fop.txt'), again(both), files('foo/bar.txt')]],
  ])('%s', (_, payloads) => {
    payloads.reduce((tree, payload) => {
      const after = written(tree, payload)
      expect(visible(after)).toEqual(cleaned(payload))
      return after
    }, empty)
  })
})

describe('TestCreateUserVisibleFiles', () => {
  test.each<readonly [string, Payload, readonly FileCall[]]>([
    ['simple path', files('foo', 'bar'), [
      { call: 'symlink', path: '/bar', target: '..data/bar' }, { call: 'symlink', path: '/foo', target: '..data/foo' }]],
    ['simple nested path', files('foo/bar', 'foo/txt', 'bar/txt'), [
      { call: 'symlink', path: '/bar', target: '..data/bar' }, { call: 'symlink', path: '/foo', target: '..data/foo' }]],
    ['unclean nested path', files('./bar', 'foo///bar'), [
      { call: 'symlink', path: '/bar', target: '..data/bar' }, { call: 'symlink', path: '/foo', target: '..data/foo' }]],
  ])('%s', (_, payload, links) => expect(plan(empty, payload).tidy).toEqual(links))
})

describe('TestWriteAgainAfterUnexpectedExit', () => {
  test('process killed before creating user visible files', () => {
    const payload = files('foo', 'bar')
    const { write, swap } = plan(empty, payload)
    expect(visible(written(applied(empty, [...write, ...swap]), payload))).toEqual(payload)
  })
})

describe('SetVolumeOwnership', () => {
  test.each<readonly [string, Parameters<typeof groupMode>[0], boolean, number]>([
    ['a file that is read-only is read by the group', { type: 'file', mode: 0o400 }, true, 0o440],
    ['another is written as well', { type: 'file', mode: 0o600 }, false, 0o660],
    ['a directory hands its group on', { type: 'directory', mode: 0o755 }, true, 0o2755],
    ['and is written where files may be', { type: 'directory', mode: 0o777 }, false, 0o2777],
  ])('%s', (_, inode, isReadOnly, mode) => expect(groupMode(inode, isReadOnly)).toBe(mode))
  test('is done before anybody sees the files', () => {
    const tree = written(empty, { secret: file('x', 0o400) }, 2000)
    const [place] = Object.values(tree).filter(({ type }) => type === 'file')
    expect([place?.gid, place?.mode, tree[rootIno]?.gid, tree[rootIno]?.mode]).toEqual([2000, 0o440, 2000, 0o2777])
    expect(plan(empty, { secret: file('x', 0o400) }, 2000).write.at(-1)).toEqual({ call: 'symlink', path: '/..data_tmp', target: '..0' })
  })
})

const names = fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd/e/a')
const payloads = fc.dictionary(names, fc.constantFrom('1', '2').map((data) => file(data)), { maxKeys: 4 })

const text = (payload: Payload): string => JSON.stringify(Object.entries(payload).sort(([a], [b]) => (a < b ? -1 : 1)))

type Writer = (tree: Tree, payload: Payload) => readonly FileCall[]

/** Whatever it is interrupted at, whoever reads through `..data` sees one payload or the other, whole; and a second try ends well. */
const isWhole = (writer: Writer) => fc.property(payloads, payloads, (first, next) => {
  const before = written(empty, first)
  const calls = writer(before, next)
  for (let done = 0; done <= calls.length; done++) {
    const tree = applied(before, calls.slice(0, done))
    if (![first, next].some((payload) => text(payload) === text(below(tree, '/..data')))) return false
    const again = atomicWrite(tree, next)
    // A name that was left behind stands in the way, and what was there before stays as it is.
    if (isLeft(again)) {
      if (again.left !== `symlink ..${done === 0 ? 1 : 2} ..data_tmp: file exists`) return false
    } else if (text(visible(applied(tree, all(again.right)))) !== text(next)) return false
  }
  return true
})

describe('A volume', () => {
  test('is seen whole, wherever its writer is interrupted', () => {
    fc.assert(isWhole((tree, payload) => all(plan(tree, payload))), { numRuns: 400 })
  })
  test.each<readonly [string, Writer]>([
    ['writes in place', (_, payload) => Object.entries(payload).map(([path, { data }]) => ({ call: 'write', path: `/..0/${path}`, data }))],
    ['swaps before the files are there', (tree, payload) => {
      const { write, swap, tidy } = plan(tree, payload)
      return [...write.slice(0, 1), ...write.slice(-1), ...swap, ...write.slice(1, -1), ...tidy]
    }],
    ['removes the old directory before it swaps', (tree, payload) => {
      const { write, swap, tidy } = plan(tree, payload)
      return [...write, ...tidy, ...swap]
    }],
  ])('is not where it %s', (_, writer) => expect(fc.check(isWhole(writer), { numRuns: 400 }).failed).toBe(true))
})
