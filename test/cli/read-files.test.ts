import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits } from '#api/manifests/limits'
import { loadFiles, readFiles } from '#cli/read-files'
import type { ReadOptions } from '#cli/read-files'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'orrery-files-'))
  for (const directory of ['app/v2', 'none/inside', 'empty']) {
    mkdirSync(join(root, directory), { recursive: true })
  }
  for (const file of [
    'app/b.yaml', 'app/a.yml', 'app/c.json', 'app/README.md', 'app/orrery.yaml', 'app/slow.orrery.yaml',
    'app/v2/a.yaml', 'none/inside/a.yaml', 'none/notes.txt',
  ]) writeFileSync(join(root, file), `# ${file}\n`)
  writeFileSync(join(root, 'latin1.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe9]))
  writeFileSync(join(root, 'bom.yaml'), '\ufeffa: 1')
  writeFileSync(join(root, 'large.yaml'), Buffer.alloc(limits.fileBytes + 1, 0x20))
  symlinkSync('loop.yaml', join(root, 'loop.yaml'))
})
afterAll(() => { rmSync(root, { recursive: true }) })

const read = async (paths: readonly string[], options?: ReadOptions) => {
  const { files, errors } = await readFiles(paths.map((path) => join(root, path)), options)
  return {
    files: files.map(({ file }) => file.replace(`${root}/`, '')),
    errors: errors.map(({ file, code }) => `${file.replace(`${root}/`, '')} ${code}`),
  }
}

describe('-f reads what kubectl reads', () => {
  it('of a directory its YAML and JSON files by name, without Orrery\'s own', async () => {
    expect(await read(['app'])).toEqual({ files: ['app/a.yml', 'app/b.yaml', 'app/c.json'], errors: [] })
  })

  it('with -R the directories inside too', async () => {
    expect((await read(['app'], { recursive: true })).files)
      .toEqual(['app/a.yml', 'app/b.yaml', 'app/c.json', 'app/v2/a.yaml'])
  })

  it('a file named by itself, whatever its name', async () => {
    const paths = ['app/README.md', 'app/orrery.yaml']
    expect((await read(paths)).files).toEqual(paths)
  })

  it('several paths in their order, each file once', async () => {
    expect((await read(['app/b.yaml', 'app', 'app/b.yaml'])).files)
      .toEqual(['app/b.yaml', 'app/a.yml', 'app/c.json'])
  })

  it('stdin once, as text', async () => {
    const { files } = await readFiles(['-', '-'], { readStdin: () => Buffer.from('a: é') })
    expect(files).toEqual([{ file: 'STDIN', text: 'a: é' }])
  })

  it('a file without its byte order mark', async () => {
    expect((await readFiles([join(root, 'bom.yaml')])).files[0]?.text).toBe('a: 1')
  })
})

describe('what cannot be read is told, and the rest is read', () => {
  it.each([
    ['a path that does not exist', 'nowhere.yaml', 'nowhere.yaml E_NO_SUCH_FILE'],
    ['a path through a file', 'app/a.yml/b.yaml', 'app/a.yml/b.yaml E_NO_SUCH_FILE'],
    ['a link to itself', 'loop.yaml', 'loop.yaml E_FILE_UNREADABLE'],
    ['a directory without YAML', 'empty', 'empty E_NO_MANIFESTS'],
    ['a directory with YAML only further inside', 'none', 'none E_NO_MANIFESTS'],
    ['a file in another encoding', 'latin1.yaml', 'latin1.yaml E_NOT_TEXT'],
    ['a file that is too large', 'large.yaml', 'large.yaml E_FILE_TOO_LARGE'],
  ])('%s', async (_, path, error) => {
    expect(await read([path, 'app/b.yaml'])).toEqual({ files: ['app/b.yaml'], errors: [error] })
  })

  it('an address, since there is no network', async () => {
    const { errors } = await readFiles(['https://example.com/a.yaml'])
    expect(errors).toMatchObject([{ code: 'E_REMOTE_FILE', next: expect.stringContaining('curl -L') }])
  })

  it('with the words of kubectl and a next step', async () => {
    const { errors } = await readFiles([join(root, 'none'), join(root, 'nowhere.yaml')])
    expect(errors.map(({ message }) => message.replaceAll(root, ''))).toEqual([
      'error reading [/none]: recognized file extensions are [.json .yaml .yml]',
      'the path "/nowhere.yaml" does not exist',
    ])
    expect(errors[0]?.next).toContain('-R')
  })
})

describe('loadFiles', () => {
  it('gives objects with the errors of files and of objects', async () => {
    const { objects, errors } = await loadFiles(['-', join(root, 'nowhere.yaml')], {
      readStdin: () => Buffer.from('apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\nkind: Pod'),
    })
    expect(objects.map(({ file, name }) => `${file} ${name}`)).toEqual(['STDIN a'])
    expect(errors.map(({ code }) => code)).toEqual(['E_NO_SUCH_FILE', 'E_NO_KIND'])
  })
})
