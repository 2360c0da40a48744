import { describe, expect, test } from 'vitest'
import { catalogue, findImage } from '#models/container/catalogue'
import { handedTo } from '#models/container/entry-point'

describe('An entry point that is a script', () => {
  test.each([
    ['nginx', ['/docker-entrypoint.sh', 'sh', '-c', 'true'], ['sh', '-c', 'true']],
    ['redis', ['docker-entrypoint.sh', 'redis-server'], ['redis-server']],
    ['nginx', ['sh', '-c', 'true'], undefined], ['nginx', ['/docker-entrypoint.sh'], undefined],
    ['registry.k8s.io/pause', ['/pause', 'x'], undefined],
  ])('of %s hands %j over to %j', (name, words, rest) =>
    expect(handedTo(findImage(name, catalogue) ?? {}, words)).toEqual(rest))
})
