/** The one function of tar-fs we use; the package has no types. */
declare module 'tar-fs' {
  /** Writes the entries of the tar archive written to it below `folder`. */
  export function extract(folder: string): NodeJS.WritableStream
}
