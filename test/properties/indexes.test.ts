import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Claim } from '#checker/claim'
import type { Mutant } from '#models/mutants'
import { mutants } from '#models/mutants/index'
import { chooseClaims, claimNamed, claims, claimsNamed, usualClaims } from '#properties/claims'

const rooms = readdirSync('properties', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(`properties/${entry.name}/index.ts`)).map(({ name }) => name)

describe('the built-in claims', () => {
  it('are those of every room', async () => {
    const all = await Promise.all(rooms.map(async (room) =>
      (await import(`../../properties/${room}/index.ts`) as { readonly claims?: readonly Claim[] }).claims ?? [])) // where it has them
    expect(new Set(claims)).toEqual(new Set(all.flat()))
    expect(claims).toHaveLength(all.flat().length)
  })

  it('have names of their own, in kebab-case, and say where they come from', () => {
    expect(new Set(claims.map(({ name }) => name)).size).toBe(claims.length)
    for (const { name, title, source } of claims) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(title).not.toBe('')
      expect(source).not.toBe('')
    }
  })

  it('are found by name, and chosen in the usual order', () => {
    const [first, second] = usualClaims.map(({ name }) => name)
    const order = claims.map(({ name }) => name)
    const optional = claims.find(({ optIn }) => optIn === true)?.name ?? ''
    expect(claimNamed(first!)).toBe(claims[0])
    expect(claimNamed('no-such-claim')).toBeUndefined()
    expect(usualClaims.map(({ name }) => name)).not.toContain(optional)
    expect(chooseClaims({ also: [optional, 'no-such-claim'], without: [first!] }).unknown).toEqual(['no-such-claim'])
    const chosen = chooseClaims({ also: [optional], without: [first!] }).claims.map(({ name }) => name)
    expect(chosen).toContain(optional)
    expect(chosen).not.toContain(first)
    expect(chosen).toEqual(order.filter((name) => chosen.includes(name)))
    expect(claimsNamed([second!, first!]).claims.map(({ name }) => name)).toEqual([first, second])
  })
})

const isMutant = (value: unknown): value is Mutant =>
  typeof value === 'object' && value !== null && 'breaks' in value && 'apply' in value

describe('the built-in mutants', () => {
  const files = readdirSync('models/mutants').filter((file) => file !== 'index.ts').map((file) => file.replace(/\.ts$/, ''))

  it('are those of every file, which has the name of its mutant', async () => {
    const found = await Promise.all(files.map(async (file) => {
      const exported = Object.values(await import(`../../models/mutants/${file}.ts`) as object).filter(isMutant) // a module
      return exported.map((mutant) => ({ file, mutant }))
    }))
    expect(new Set(mutants)).toEqual(new Set(found.flat().map(({ mutant }) => mutant)))
    for (const { file, mutant } of found.flat()) expect(mutant.name).toBe(file)
  })

  it('name the claims that they break, each of which there is', () => {
    const names = new Set(claims.map(({ name }) => name))
    for (const { name, breaks } of mutants) {
      expect(breaks, name).not.toEqual([])
      for (const claim of breaks) expect(names, `${name} breaks ${claim}`).toContain(claim)
    }
  })

  it('are imported in the order of their files', () => {
    const imported = [...readFileSync('models/mutants/index.ts', 'utf8').matchAll(/from '\.\/(.+)\.js'/g)].map(([, file]) => file)
    expect(imported).toEqual([...imported].sort())
  })
})
