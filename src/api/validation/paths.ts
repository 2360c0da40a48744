/** Paths inside volumes: `pkg/apis/core/validation/validation.go` validateLocalDescendingPath and its like. */
import { all, when, type Errors } from './check.js'
import { invalid } from './field.js'

export const noBacksteps = (path: string, place: string): Errors =>
  when(path.split('/').includes('..'), () => invalid(place, path, "must not contain '..'"))

export const descendingPath = (path: string, place: string): Errors => all(
  when(path.startsWith('/'), () => invalid(place, path, 'must be a relative path')), noBacksteps(path, place))

/** `ValidateLocalNonReservedPath`: names that begin with two dots are the kubelet's own. */
export const localPath = (path: string, place: string): Errors => all(
  descendingPath(path, place),
  when(path.startsWith('..') && !path.startsWith('../'), () => invalid(place, path, "must not start with '..'")))
