/** The command built from the sources as they are, without checking types: for tests that need a process of its own. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const options: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true, isolatedModules: true,
}

function build(to: string): void {
  for (const folder of ['src', 'models', 'properties', 'bench/reference']) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue
      const path = join(to, 'dist', folder, file.replace(/\.ts$/, '.js'))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, ts.transpileModule(readFileSync(join(root, folder, file), 'utf8'), { compilerOptions: options }).outputText)
    }
  }
  cpSync(join(root, 'package.json'), join(to, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'))
}

/** The path of the built command, for the tests of a file. */
export function built(): () => string {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'orrery-built-'))
    build(folder)
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true }))
  return () => join(folder, 'dist/src/cli/main.js')
}
