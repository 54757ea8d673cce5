/** Lines that IPython takes among Python: a cell that starts with one is Python all the same. */
const pythonLines = new Set(
  (
    'autoreload cd colors config debug env load_ext ls matplotlib mkdir pdb precision prun pwd pylab reload_ext reset ' +
    'set_env time timeit unload_ext who whos xmode'
  ).split(' '),
)

/** The same for cell magics: what follows them is Python, or what Python then writes. */
const pythonCells = new Set(['capture', 'prun', 'time', 'timeit', 'writefile'])

/** Whether a Python cell may start with this magic. `sign` is `%` or `%%`. */
export function isPythonMagic(sign: string, word: string): boolean {
  return (sign === '%%' ? pythonCells : pythonLines).has(word)
}

/** Whether a cell that starts with `%pip` has nothing else: only such lines, comments, and lines that a `\` continues. */
export function isPipOnly(text: string): boolean {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .every((line) => /^\s*(%pip\b|#|$)/.test(line))
}
