import { evaluate } from './expressions.ts'
import type { LibraryCall } from './library/handler.ts'
import { placeHere } from './place.ts'
import { readPython } from './reading.ts'
import { execute } from './statements.ts'
import { onlyText, thing, unknown, type Value } from './value.ts'

/**
 * `exec("x = 1")` and `eval("x + 1")` where the text is known: it is code like any other. undefined: it may do anything. A text that
 * runs in a dictionary of its own changes that, and sees nothing of the notebook.
 */
export function runText({ run, node, args, name }: LibraryCall): Value | undefined {
  const [code, names] = args.positional
  if (args.named.size > 0 || args.others.length > 0 || args.positional.length > 2) return undefined
  if (names !== undefined) {
    const isOwn =
      names.objects.length > 0 && names.library.length === 0 && names.objects.every(({ container }) => container)
    if (!isOwn) return undefined
    run.change(names, node)
    return unknown
  }
  const text = onlyText(code)
  // In a function `exec` binds names that nobody else sees, and `eval` sees the function's own.
  if (text === null || run.frame.parent !== null || run.frame.program.prefix !== '') return undefined
  const { syntax, scopes } = readPython(text.trim())
  if (syntax.problems.length > 0 || syntax.magics.length > 0) return undefined
  const program = placeHere().program(syntax.text, scopes, run.program.folder)
  const frame = placeHere().frame(scopes.module, null, program, thing('scope'))
  const { frame: outer, site } = run
  run.site = run.where(node)
  run.frame = frame
  const [first] = syntax.tree.d.statements
  const expression =
    name === 'eval' && first !== undefined && 'statements' in first.d ? first.d.statements[0] : undefined
  let value: Value = unknown
  if (expression !== undefined) value = evaluate(run, expression)
  else execute(run, syntax.tree.d.statements)
  Object.assign(run, { frame: outer, site })
  return value
}
