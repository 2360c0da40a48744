import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { manifestErrorCodes } from '#api/manifests/input-error'
import { limits } from '#api/manifests/limits'
import { fileErrorCodes } from '#cli/read-files'

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
const listed = [...page.matchAll(/^\| `(E_[A-Z_]+)` \|/gm)].map((match) => match[1])

describe('docs/errors.md', () => {
  it('lists every code of files and manifests', () => {
    expect(listed).toEqual(expect.arrayContaining([...new Set([...fileErrorCodes, ...manifestErrorCodes])]))
  })

  it('lists no code twice', () => {
    expect(listed.filter((code, index) => listed.indexOf(code) !== index)).toEqual([])
  })

  it('states the limits as they are', () => {
    expect(page).toContain(`${limits.fileBytes / 1024 / 1024} MiB`)
    expect(page).toContain(`${limits.objectBytes / 1024 / 1024} MiB`)
    expect(page).toContain(`${limits.depth} levels`)
    expect(page).toContain(`${limits.pods.toLocaleString('en')} pods`)
  })
})
