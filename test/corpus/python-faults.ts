/** Why a Python cell cannot be parsed, as far as its text tells. */
export type PythonFault = 'python-2' | 'fill-in' | 'shell' | 'syntax'

const fillIn = /<\s*FILL[-_ ]?IN\s*>|\bFILL_?IN\b|<your[- _]|\bTODO\b\s*$/i

/** Statements and literals that Python 2 had and Python 3 has not. */
const python2 = [
  /^\s*print\s+[^\s(=.,:\])]/m,
  /(?:[:;]\s*|^\s*)print\s*>>/m,
  /^\s*print\s*\(.*\)\s*[%,]\s*\S/m,
  /[:;]\s*print\s+["'\w]/m,
  /^\s*except\s+[\w.()]+(?:\s*,\s*[\w.]+)*\s*,\s*\w+\s*:/m,
  /^\s*raise\s+[\w.]+\s*,\s*\S/m,
  /^\s*exec\s+["'\w]/m,
  /[\w)\]]\s*<>\s*[\w("']/,
  /(?<![\w.])0\d+(?![\d.]|\w)/,
  /(?<!\w)ur["']/,
  /(?<![\w.])\d+L(?!\w)/,
  /^\s*(?:def\s+\w+\s*\(|lambda\s+)[^)\n]*\([\w, ]+\)/m,
]

const shell =
  /^\s*(?:\$ |sudo |pip3? install|conda |wget |curl |apt(?:-get)? |git clone|cd |ls |mkdir |python3? \S+\.py|docker )/m

/** What a cell that cannot be parsed is most likely to be. */
export function pythonFaultOf(source: string): PythonFault {
  if (fillIn.test(source)) return 'fill-in'
  if (python2.some((pattern) => pattern.test(source))) return 'python-2'
  return shell.test(source) ? 'shell' : 'syntax'
}
