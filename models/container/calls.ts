/**
 * Models: the calls of a process on files, as Linux answers them (man section 2), as values
 * Reads: nothing
 * Writes: nothing
 * Omits: open file descriptors across calls, locks, times, device numbers, extended attributes that programs set
 */

/** What a call is refused with. */
export type Errno =
  | 'EACCES' | 'EBUSY' | 'EEXIST' | 'EINVAL' | 'EISDIR' | 'ELOOP' | 'ENOENT' | 'ENOSPC' | 'ENOTDIR' | 'ENOTEMPTY'
  | 'EPERM' | 'EROFS' | 'EXDEV'

/** What `stat` tells. `mode` is the permission bits (0o644); `ino` tells files apart within one container. */
export interface Stat {
  readonly type: 'file' | 'directory' | 'symlink'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes of a file or of a symlink's target; 0 for a directory. */
  readonly size: number
  readonly nlink: number
  readonly ino: number
}

/** Who calls: root may do everything, others what modes allow them. Absent: root. */
export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly groups?: readonly number[]
}

/** A call by path; relative paths begin at `cwd`. Data is text. */
export type FileCall =
  | { readonly call: 'stat' | 'lstat' | 'read' | 'readlink' | 'readdir' | 'rmdir' | 'unlink'; readonly path: string }
  | {
    readonly call: 'write'; readonly path: string; readonly data: string
    /** `append` adds at the end (O_APPEND), `exclusive` wants to make the file (O_EXCL); else it is cut to `data`. */
    readonly how?: 'append' | 'exclusive'; readonly mode?: number
  }
  | { readonly call: 'mkdir'; readonly path: string; readonly mode?: number }
  | { readonly call: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly call: 'chown'; readonly path: string; readonly uid: number; readonly gid: number }
  | { readonly call: 'rename' | 'link'; readonly from: string; readonly to: string }
  | { readonly call: 'symlink'; readonly target: string; readonly path: string }
  | { readonly call: 'access'; readonly path: string; readonly wants: 'read' | 'write' | 'execute' }

/** What came of it: nothing, a text (`read`, `readlink`), names in order (`readdir`), or a stat; or a refusal. */
export type FileAnswer =
  | { readonly ok: true; readonly text?: string; readonly names?: readonly string[]; readonly stat?: Stat }
  | { readonly ok: false; readonly errno: Errno }
