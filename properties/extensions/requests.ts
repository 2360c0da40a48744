/** The client of a reconcile: puts its calls into requests, and hands out what is answered as copies with their versions. */
import type { Json } from '#api/types'
import { compileLabelMap } from '#api/selectors'
import { ControllerError } from '#machine/controller-error'
import type { StoredObject } from '#machine/objects'
import { keyOf, type Ask } from '#machine/oracle'
import type { ApiRequest } from '#machine/request'
import { hashValue, hex } from '#kernel/value'
import { kindOf } from '#models/extensions/user-controller'
import { isNotFound, type Client, type Deleting, type Listing, type Named, type Patching, type Written } from './client.js'
import { refuse, type Session } from './traps.js'

export const copyOf = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)) as T) // cells hold JSON

const isObject = (value: unknown): value is StoredObject => typeof value === 'object' && value !== null && 'metadata' in value

export class Requests {
  /** What was handed out, by its version: the copies that updates are made from. */
  private readonly handedOut = new Map<string, unknown>()

  constructor(
    private readonly session: Session, private readonly watched: ReadonlySet<string>,
    private readonly ask: (ask: Ask) => Promise<unknown>,
  ) {}

  /** An answer as the user's function gets it: objects are copies, with a version that stands for what they are. */
  handOut(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.handOut(one))
    const { items } = (value ?? {}) as { readonly items?: unknown } // a list, perhaps
    if (Array.isArray(items)) return { items: this.handOut(items) }
    if (!isObject(value)) return copyOf(value)
    const version = hex(hashValue(value))
    this.handedOut.set(version, value)
    const copy = copyOf(value)
    return { ...copy, metadata: { ...copy.metadata, resourceVersion: version } }
  }

  // What is promised is of the resource's own type: it was stored as one.
  client(): Client {
    /** An answer that nobody waits for must not end the process that runs the function. */
    const quiet = <T>(answer: Promise<T>): Promise<T> => {
      answer.catch(() => {})
      return answer
    }
    return {
      get: (resource, name) => this.cached(resource, { is: 'get', resource, key: this.key(resource, name) }) as Promise<never>,
      list: (resource, { namespace = '', labels, ownedBy } = {}) => this.cached(resource, {
        is: 'list', resource, namespace, ...(labels === undefined ? {} : { labels: copyOf(labels) }),
        ...(ownedBy === undefined ? {} : { owner: ownedBy.metadata.uid }),
      }) as Promise<never>,
      getFromServer: (resource, name) => quiet(this.newest(resource, name)) as Promise<never>,
      listFromServer: (resource, options = {}) => quiet(this.listed(resource, options)) as Promise<never>,
      create: (resource, object) => {
        const { namespace = '' } = object.metadata
        return this.call({ verb: 'create', resource, key: namespace, body: this.body(resource, object), raw: true }) as Promise<never>
      },
      update: (resource, object) => this.update(resource, object, undefined) as Promise<never>,
      updateStatus: (resource, object) => this.update(resource, object, 'status') as Promise<never>,
      patch: (resource, name, patch, options = {}) => this.patch(resource, name, patch, options) as Promise<never>,
      delete: (resource, name, options = {}) => quiet(this.remove(resource, name, options)),
    }
  }

  private key(resource: string, { namespace = '', name }: Named): string {
    return keyOf({ namespace: this.kind(resource).isNamespaced ? namespace : '', name })
  }

  private kind(resource: string): ReturnType<typeof kindOf> {
    try {
      return kindOf(resource, this.session.controller)
    } catch (error) {
      return refuse(this.session, error as ControllerError) // all that is thrown there
    }
  }

  private cached(resource: string, ask: Ask): Promise<unknown> {
    this.kind(resource)
    if (!this.watched.has(resource)) {
      refuse(this.session, new ControllerError('E_CONTROLLER_DEFINITION', `reconcile reads ${resource} from its cache, and does not watch them`,
        `Name ${resource} in "owns" or "watches", or ask the API server with getFromServer or listFromServer.`, this.session.controller))
    }
    return this.sent(ask)
  }

  private async newest(resource: string, name: Named): Promise<unknown> {
    try {
      return await this.call({ verb: 'get', resource, key: this.key(resource, name) })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  private call(request: ApiRequest): Promise<unknown> {
    this.kind(request.resource)
    return this.sent({ is: 'call', request: copyOf(request) })
  }

  private sent(ask: Ask): Promise<unknown> {
    const answer = this.ask(ask)
    answer.catch(() => {})
    return answer
  }

  private async listed(resource: string, { namespace = '', labels }: Listing): Promise<unknown> {
    const { items } = await this.call({ verb: 'list', resource, key: namespace }) as { readonly items: readonly StoredObject[] } // a list's answer
    return labels === undefined ? items : items.filter(({ metadata }) => compileLabelMap(labels)(metadata.labels ?? {}))
  }

  private body(resource: string, object: Written): Written {
    const { apiVersion, kind } = this.kind(resource)
    const { resourceVersion: _, ...metadata } = object.metadata
    return { apiVersion, kind, ...object, metadata }
  }

  private update(resource: string, object: Written, subresource: 'status' | undefined): Promise<unknown> {
    const { namespace, name = '', resourceVersion } = object.metadata
    const key = this.key(resource, { ...(namespace === undefined ? {} : { namespace }), name })
    const base = resourceVersion === undefined ? undefined : this.handedOut.get(resourceVersion)
    if (resourceVersion !== undefined && base === undefined) {
      refuse(this.session, new ControllerError('E_CONTROLLER_NONDETERMINISTIC',
        `reconcile updates ${resource} ${key} from a copy that it was not handed in this call`,
        'Read the object in the same call; a copy that is kept between two calls is lost when the process ends.', this.session.controller))
    }
    return this.call({
      verb: 'update', resource, key, body: this.body(resource, object), ...(base === undefined ? {} : { base }),
      ...(subresource === undefined ? { raw: true } : { subresource }),
    })
  }

  private patch(resource: string, name: Named, patch: unknown, { type = 'merge', subresource }: Patching): Promise<unknown> {
    return this.call({
      verb: 'patch', resource, key: this.key(resource, name), body: { type, patch: patch as Json }, // as the caller says
      ...(subresource === undefined ? { raw: true } : { subresource }),
    })
  }

  private async remove(resource: string, name: Named, { uid, ...options }: Deleting): Promise<void> {
    await this.call({ verb: 'delete', resource, key: this.key(resource, name), body: options, ...(uid === undefined ? {} : { uid }) })
  }
}
