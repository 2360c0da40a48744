/**
 * Models: what the C library calls an error (strerror)
 * Reads: nothing
 * Writes: nothing
 * Omits: what no call here answers
 */
import type { Errno } from './requests.js'

const sentences: Readonly<Record<Errno, string>> = {
  EACCES: 'Permission denied', EBUSY: 'Device or resource busy', EEXIST: 'File exists',
  EINVAL: 'Invalid argument', EISDIR: 'Is a directory', ELOOP: 'Too many levels of symbolic links',
  ENOENT: 'No such file or directory', ENOSPC: 'No space left on device', ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty', EPERM: 'Operation not permitted', EROFS: 'Read-only file system',
  EXDEV: 'Invalid cross-device link', EAGAIN: 'Resource temporarily unavailable',
  EBADF: 'Bad file descriptor', ECHILD: 'No child processes', EINTR: 'Interrupted system call',
  EPIPE: 'Broken pipe', ESRCH: 'No such process', ETIMEDOUT: 'Connection timed out',
  ENOEXEC: 'Exec format error', E2BIG: 'Argument list too long',
}

export const strerror = (errno: Errno): string => sentences[errno]
