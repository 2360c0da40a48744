import type { Dirent } from 'node:fs'
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { InputError } from '#api/manifests/input-error'
import { fileTooLarge, limits } from '#api/manifests/limits'
import { loadManifests } from '#api/manifests/load'
import type { Loaded, LoadOptions } from '#api/manifests/load'
import type { SourceText } from '#api/manifests/yaml-documents'

/** The file system edge of `-f`: files, directories and stdin become texts; nothing is parsed here. */
export type ReadFiles = { readonly files: readonly SourceText[]; readonly errors: readonly InputError[] }

export type ReadOptions = {
  /** `-R`: directories inside directories too. */
  readonly recursive?: boolean
  /** Bytes of `-f -`; the process's own stdin unless said otherwise. */
  readonly readStdin?: () => Promise<Uint8Array> | Uint8Array
}

export const fileErrorCodes = [
  'E_NO_SUCH_FILE', 'E_FILE_UNREADABLE', 'E_NO_MANIFESTS', 'E_REMOTE_FILE', 'E_NOT_TEXT', 'E_FILE_TOO_LARGE',
] as const

type FileError = InputError & { readonly code: (typeof fileErrorCodes)[number] }

/** As kubectl calls it. */
export const stdinName = 'STDIN'

const extensions = ['.json', '.yaml', '.yml']

/** Orrery's own files, which may stand beside the manifests of a directory. */
const isOwnFile = (name: string): boolean => /^(.+\.)?orrery\.ya?ml$/.test(name)

/**
 * Texts of all paths in their order, directories by name, each file once however often it is named. What
 * cannot be read is an error and the rest is read nevertheless. A file named by itself may have any name; of
 * a directory only `.json`, `.yaml` and `.yml` are taken, without `orrery.yaml` and `*.orrery.yaml`.
 */
export const readFiles = async (paths: readonly string[], options: ReadOptions = {}): Promise<ReadFiles> => {
  const files: SourceText[] = []
  const errors: InputError[] = []
  const seen = new Set<string>()
  for (const path of paths) {
    const found = path === '-' ? { names: ['-'], errors: [] } : namesOf(path, options.recursive === true)
    errors.push(...found.errors)
    for (const name of found.names) {
      const read = name === '-' ? await readStdin(options, seen) : readFile(name, seen)
      if (read === undefined) continue
      if ('code' in read) errors.push(read)
      else files.push(read)
    }
  }
  return { files, errors }
}

type Names = { readonly names: readonly string[]; readonly errors: readonly InputError[] }

const namesOf = (path: string, recursive: boolean): Names => {
  if (/^https?:\/\//.test(path)) return { names: [], errors: [remote(path)] }
  try {
    if (!statSync(path).isDirectory()) return { names: [path], errors: [] }
  } catch (problem) {
    return { names: [], errors: [unreadable(path, problem)] }
  }
  const found = namesInDirectory(path, recursive)
  if (found.names.length > 0 || found.errors.length > 0) return found
  return { names: [], errors: [noManifests(path, recursive)] }
}

const namesInDirectory = (directory: string, recursive: boolean): Names => {
  const names: string[] = []
  const errors: InputError[] = []
  let entries: readonly Dirent[]
  try {
    entries = readdirSync(directory, { withFileTypes: true })
  } catch (problem) {
    return { names, errors: [unreadable(directory, problem)] }
  }
  for (const entry of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) {
      if (!recursive) continue
      const inside = namesInDirectory(path, recursive)
      names.push(...inside.names)
      errors.push(...inside.errors)
    } else if (extensions.some((extension) => entry.name.endsWith(extension)) && !isOwnFile(entry.name)) {
      names.push(path)
    }
  }
  return { names, errors }
}

const readFile = (path: string, seen: Set<string>): SourceText | FileError | undefined => {
  try {
    const real = realpathSync(path)
    if (seen.has(real)) return undefined
    seen.add(real)
    if (statSync(path).size > limits.fileBytes) return tooLarge(path)
    return decode(path, readFileSync(path))
  } catch (problem) {
    return unreadable(path, problem)
  }
}

const readStdin = async (
  { readStdin: read = readProcessStdin }: ReadOptions, seen: Set<string>
): Promise<SourceText | FileError | undefined> => {
  // Stdin can be read once only, however often it is named.
  if (seen.has('-')) return undefined
  seen.add('-')
  return decode(stdinName, await read())
}

const readProcessStdin = async (): Promise<Uint8Array> => {
  const chunks: Buffer[] = []
  let size = 0
  const stdin: AsyncIterable<Buffer> = process.stdin
  for await (const chunk of stdin) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limits.fileBytes) break
  }
  return Buffer.concat(chunks)
}

const decode = (file: string, bytes: Uint8Array): SourceText | FileError => {
  if (bytes.length > limits.fileBytes) return tooLarge(file)
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes) }
  } catch {
    return {
      code: 'E_NOT_TEXT', file, message: 'the file is not text in UTF-8',
      next: 'Pass YAML or JSON files; convert other encodings to UTF-8 first.',
    }
  }
}

const tooLarge = (file: string): FileError => ({ code: 'E_FILE_TOO_LARGE', file, ...fileTooLarge })

const unreadable = (file: string, problem: unknown): FileError => {
  const reason = problem instanceof Error && 'code' in problem ? String(problem.code) : 'unknown'
  if (reason === 'ENOENT' || reason === 'ENOTDIR') {
    return {
      code: 'E_NO_SUCH_FILE', file, message: `the path "${file}" does not exist`,
      next: 'Check the path given with -f; it is taken from the current directory.',
    }
  }
  return {
    code: 'E_FILE_UNREADABLE', file, message: `the path "${file}" cannot be read (${reason})`,
    next: 'Pass a file or directory that you may read.',
  }
}

const noManifests = (file: string, recursive: boolean): FileError => ({
  code: 'E_NO_MANIFESTS', file,
  message: `error reading [${file}]: recognized file extensions are [${extensions.join(' ')}]`,
  next: `Pass a directory that holds manifests${recursive ? '' : ', or -R to look inside its directories'}.`,
})

const remote = (file: string): FileError => ({
  code: 'E_REMOTE_FILE', file, message: `the path "${file}" is an address, and Orrery uses no network`,
  next: `Download it first: "curl -L ${file} | orrery check -f -".`,
})

/** Reads and loads in one go: the objects of all paths, and what is wrong with paths and objects. */
export const loadFiles = async (
  paths: readonly string[], options: ReadOptions & LoadOptions = {}
): Promise<Loaded> => {
  const { files, errors } = await readFiles(paths, options)
  const loaded = loadManifests(files, options)
  return { objects: loaded.objects, errors: [...errors, ...loaded.errors] }
}
