import { Kind, tokenize } from '../../analysis/index.ts'
import { pythonFacts } from '../python-facts.ts'
import type { CellRule, Found } from '../rule.ts'

/** Home folders of Linux and macOS, drives of Windows. `/Users/ann@x.org` is a folder of the Databricks workspace. */
const local =
  /^(?:file:(?:\/\/)?)?(?:\/home\/[\w.-]+\/|\/Users\/[\w.-]+\/|[A-Za-z]:(?:\\{1,2}|\/)[\w .()-]+(?:\\|\/|\.\w+$)|~\/)[^\n]*$/

export function isLocalPath(text: string): boolean {
  return local.test(text) && !/^[a-z]:\/\//i.test(text) && !/\s{2}|[<>|?*"]/.test(text)
}

/** A path into somebody's own folder. */
export const paths: CellRule = function* ({ kind, source, analysis }): Iterable<Found> {
  if (analysis.broken || !/\/home\/|\/Users\/|[A-Za-z]:[\\/]|~\//.test(source)) return
  if (kind === 'sql') {
    for (const { kind: token, value, start, end } of tokenize(source).tokens)
      if ((token === 'string' || token === 'quoted') && isLocalPath(value)) yield found(value, start + 1, end - 1)
    return
  }
  if (kind !== 'python') return
  for (const { value, where, node } of pythonFacts(source).texts) {
    // Text that stands by itself is a comment.
    if (isLocalPath(value) && node.parent?.parent?.nodeType !== Kind.StatementList)
      yield found(value, where.start, where.end)
  }
}

function found(path: string, start: number, end: number): Found {
  return {
    code: 'absolute-local-path',
    where: { start, end },
    message: `${path} is a folder of one computer: nobody else has it, and no job. Put the file into the project and write its path from there.`,
  }
}
