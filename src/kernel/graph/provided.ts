import { builtinNames, runtimeNames } from '../analysis/index.ts'

/** Whether a name is there without any cell defining it: Python's own, and those of the notebook's runtime. */
export function isProvidedName(name: string): boolean {
  return builtinNames.has(name) || runtimeNames.has(name)
}
