/**
 * What an assignment's right side gives: `atom` cannot be changed in place (a number, a text), `fresh` shares nothing
 * with what it was made from, `shares` may be, or may hold, an object that another name holds too. In doubt: `shares`.
 */
export type Makes = 'atom' | 'fresh' | 'shares'

const scalarCall = /^(len|int|float|str|bool|repr|hash|ord|chr|isinstance|issubclass|callable|dbutils\.widgets\.get)\(/
const freshCall = /^((pd|pandas|pl|polars)\.(read_\w+|date_range)|(copy\.)?deepcopy|range)\(/

/** Methods of frames and texts that give a new object, and that lists and dictionaries do not have. */
const freshMethods = new Set(
  (
    'agg aggregate all any assign astype corr count describe dropna drop_duplicates duplicated fillna format groupby isin ' +
    'isna join lower max mean median melt merge min notna nunique pivot pivot_table quantile rename replace ' +
    'reset_index round set_index size sort_values split startswith endswith std strip sum toPandas to_csv to_dict ' +
    'to_json unique upper value_counts var deepcopy collect'
  ).split(' '),
)

/** What stands to the right of a plain assignment, strings as `""`; "" for any other statement. */
export function rightSide(statement: string): string {
  const text = withoutStrings(statement).trim()
  return /^[\w\s,()*]+(?::[^=]+)?=(?!=)([\s\S]+)$/.exec(text)?.[1]?.trim() ?? ''
}

/** The dotted name whose call an expression is: `a.connect` of `a.connect(b(c))`; "" if it is anything else. */
export function calledAtLast(expression: string): string {
  const callee = /^[A-Za-z_][\w.]*(?=\()/.exec(expression)?.[0] ?? ''
  return callee !== '' && closing(expression, callee.length) === expression.length - 1 ? callee : ''
}

/** Tells what `statement` makes, from its text alone. `isAtom` knows the names that hold atoms at its place. */
export function whatItMakes(statement: string, isAtom: (name: string) => boolean): Makes {
  const text = withoutStrings(statement).trim()
  const augmented = /^(\w+)\s*(?:[-+*/%&|^@]|\/\/|\*\*|<<|>>)=([\s\S]+)$/.exec(text)
  if (augmented !== null) return isAtom(augmented[1]!) && atomic(augmented[2]!, isAtom) ? 'atom' : 'shares'
  const right = rightSide(statement)
  if (right === '') return 'shares'
  if (atomic(right, isAtom)) return 'atom'
  if (/^\w+\s*(?:[-+/%]|\/\/|\*\*)\s*[\d.]+$/.test(right)) return 'fresh'
  return freshChain(right) ? 'fresh' : 'shares'
}

function atomic(expression: string, isAtom: (name: string) => boolean): boolean {
  const text = expression.trim()
  if (scalarCall.test(text) && closing(text, text.indexOf('(')) === text.length - 1) return true
  if (
    !/^[\w\s.+\-*/%<>=!&|^~()",]+$/.test(text) ||
    /\w\s*\(|\.\s*[A-Za-z_]/.test(text.replace(/\b(and|or|not|in|is|if|else)\b/g, '+'))
  )
    return false
  const names = text.match(/(?<![\w.])[A-Za-z_]\w*/g) ?? []
  return names.every((name) => /^(True|False|None|and|or|not|in|is|if|else)$/.test(name) || isAtom(name))
}

/**
 * `a.b(…).dropna()["x"]`: one chain of attributes, calls and subscripts whose last call of a known method gives a new
 * object.
 */
function freshChain(text: string): boolean {
  let at = /^[A-Za-z_]\w*/.exec(text)?.[0].length ?? 0
  if (at === 0) return false
  let fresh = freshCall.test(text)
  let method: string | null = null
  while (at < text.length) {
    const rest = text.slice(at)
    const attribute = /^\s*\.\s*([A-Za-z_]\w*)/.exec(rest)
    if (attribute !== null) {
      method = attribute[1]!
      at += attribute[0].length
    } else if (rest.startsWith('(') || rest.startsWith('[')) {
      const end = closing(text, at)
      if (end < 0) return false
      if (rest.startsWith('(') && method !== null)
        fresh = freshMethods.has(method) || (fresh && freshCall.test(text.slice(0, at + 1)))
      method = null
      at = end + 1
    } else return false
  }
  return fresh
}

/** Where the bracket that opens at `at` closes; -1 if it does not. */
function closing(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    if ('([{'.includes(text[i]!)) depth++
    else if (')]}'.includes(text[i]!) && --depth === 0) return i
  }
  return -1
}

/** The text with every string literal (f-strings too: they make a text) as `""`, without comments. */
export function withoutStrings(text: string): string {
  return text.replace(
    /[A-Za-z]{0,2}("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|#[^\n]*/g,
    (found) => (found.startsWith('#') ? '' : '""'),
  )
}
