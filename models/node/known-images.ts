/**
 * Models: what is known of the image of a container: by the user's catalogue, and by the one of well-known images
 * Reads: images
 * Writes: nothing
 * Omits: what registries know
 */
import type { Cells, Key } from '#kernel/cells'
import { catalogue, findImage } from '../container/catalogue.js'
import type { Catalogue, Image } from '../container/image.js'

/** What the user says of images. */
export const ownImagesKey: Key<Catalogue> = 'images|own|'

const none: Catalogue = {}

export const ownImages = (cells: Cells): Catalogue => cells.read(ownImagesKey) ?? none

export const imageOf = (cells: Cells, reference: string): Image | undefined =>
  findImage(reference, ownImages(cells), catalogue)
