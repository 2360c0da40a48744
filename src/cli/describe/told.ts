/** The KubeEvents about an object, as the API has them at a moment. */
import { nameOf, type StoredObject } from '#machine/objects'
import { correlate, kubeEvents } from '#properties/kube-events/index'
import type { Looked } from '../look.js'
import type { SeenEvent } from './events.js'

export function eventsUntil({ recording, moment }: Looked): (object: StoredObject) => readonly SeenEvent[] {
  const told = kubeEvents(recording).filter(({ n }) => n <= moment.steps)
  return (object) => {
    const own = told.filter(
      ({ about }) =>
        about.kind === object.kind && about.name === nameOf(object) && about.uid === object.metadata.uid,
    )
    return correlate(own).map(({ about: { fieldPath }, ...event }) => ({
      ...event,
      ...(fieldPath === undefined ? {} : { fieldPath }),
    }))
  }
}
