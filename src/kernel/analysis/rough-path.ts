/** Stands in a known text for a part that is not known: `f"/data/{day}.csv"` is "/data/", a gap, and ".csv". */
export const gap = '\uE000'

/**
 * A path with gaps as a pattern: any file that is called so, in the folder before the first gap. null: that folder is not known
 * either, or is the root of a file system, so it may be any file.
 */
export function roughPath(path: string): string | null {
  const at = path.indexOf(gap)
  if (at < 0) return path
  const known = path.slice(0, at)
  // A store's bucket, a folder of a file system, or the beginning of a relative path.
  const isPlace = /^[a-z][\w+.-]*:\/\/[^/]+\/|^(?:dbfs:|file:)?\/+[^/]+\/|^(?![a-z][\w+.-]*:)[^/]/i.test(known)
  return isPlace ? path.replaceAll(gap, '*') : null
}

/** Whether a path is a pattern, which several files may fit. */
export function isPattern(path: string): boolean {
  return /[*?[{]/.test(path)
}
