/** The folder of a file in the project, both relative to its root; "" is the root. */
export function folderOf(file: string): string {
  return file.split('/').slice(0, -1).join('/')
}

/** The path in the project that `%run` in a notebook of `folder` names: with or without suffix, as it was written. */
export function targetPath(target: string, folder: string): string {
  const parts: string[] = []
  for (const part of (target.startsWith('/') ? target : `${folder}/${target}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}
