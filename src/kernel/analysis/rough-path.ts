/** Stands in a known text for a part that is not known: `f"/data/{day}.csv"` is "/data/", a gap, and ".csv". */
export const gap = '\uE000'

/** Stands in a text for the value of a parameter that is not known: it is the same wherever the notebook asks for it. */
export function parameterGap(name: string): string | null {
  return /^[\w-]+$/.test(name) ? `${gap}{${name}}` : null
}

const parameterGaps = /\uE000\{([\w-]+)\}/g

/** A text with another text for each parameter that is not known. */
export function replaceParameters(text: string, put: (name: string) => string): string {
  return text.replace(parameterGaps, (_, name: string) => put(name))
}

/**
 * A path with gaps as a pattern: any file that is called so, in the folder before the first gap. null: that folder is not known
 * either, or is the root of a file system, so it may be any file.
 */
export function roughPath(written: string): string | null {
  const path = replaceParameters(written, () => gap)
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
