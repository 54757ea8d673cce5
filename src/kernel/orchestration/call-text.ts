import { literalText, type NotebookCall } from '../analysis/index.ts'

/**
 * A call as Python that can stand anywhere in the notebook; null: its arguments are not known. What is tried, or tried again, by a
 * function of the notebook is called by way of that function.
 */
export function callText({ path, timeout, arguments: given, helper, guarded, repeated }: NotebookCall): string | null {
  if (guarded || repeated) return helper
  if (path === null || given === null || timeout === null) return null
  const entries = Object.entries(given).map(([name, { text }]) =>
    text === null ? null : `${literalText(name)}: ${text}`,
  )
  if (entries.includes(null)) return null
  const head = `dbutils.notebook.run(${literalText(path)}, ${timeout}`
  if (entries.length === 0) return `${head})`
  const short = `${head}, {${entries.join(', ')}})`
  if (short.length <= 100) return short
  return `${head}, {\n${entries.map((entry) => `    ${entry},\n`).join('')}})`
}

/** The values of a call's arguments that other calls of the same notebook do not share. */
export function literalsOf(call: NotebookCall, same: readonly NotebookCall[]): string[] {
  if (same.length < 2) return []
  return Object.entries(call.arguments ?? {}).flatMap(([name, { value }]) => {
    const differs = same.some((other) => other.arguments?.[name]?.value !== value)
    return value !== null && differs && value.length <= 40 && !/[\r\n]/.test(value) ? [value] : []
  })
}

export function addedTo(name: string, values: readonly string[]): string {
  return [name, ...values].join(' ')
}

const result = /\bresult\((\d+)\)/g

/** The calls whose results an expression is made of. */
export function resultsIn(text: string): number[] {
  return [...text.matchAll(result)].map(([, number]) => Number(number))
}

/** The expression with names in the place of results. */
export function withoutResults(text: string, names: ReadonlyMap<number, string>): string {
  return text.replace(result, (whole, number: string) => names.get(Number(number)) ?? whole)
}
