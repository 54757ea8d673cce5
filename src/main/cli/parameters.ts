import { Problem } from '../../kernel/problem/index.ts'

/** Parses the values of repeated `--param k=v`. Throws DB-1603. */
export function readParameters(given: readonly string[]): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const text of given) {
    const at = text.indexOf('=')
    if (at <= 0) throw new Problem('DB-1603', `--param ${text} is not of the form name=value.`)
    parameters.set(text.slice(0, at), text.slice(at + 1))
  }
  return parameters
}
