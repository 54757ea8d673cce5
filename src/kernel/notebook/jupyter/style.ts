import type { Language } from '../notebook.ts'
import { type JsonNode, property, stringAt } from './json.ts'

/** What a Jupyter file says of itself, and how its JSON is laid out: edits and new cells follow it. */
export interface JupyterStyle {
  readonly version: 3 | 4
  /** From 4.5 on every cell has an id. */
  readonly minor: number
  /** A magic on the first line is Databricks' own, and so speaks for the whole cell. */
  readonly databricks: boolean
  /** What code cells are written in; null: none of the languages that Dagbook knows. */
  readonly language: Language | null
  /** What each level is indented by; null: the JSON stands on one line. */
  readonly indent: string | null
  readonly comma: string
  readonly colon: string
  /** Letters beyond ASCII are escaped. */
  readonly ascii: boolean
  /** Sources are lists of lines, not one text. */
  readonly lines: boolean
  /** Version 3 only: there is no worksheet yet that a cell could be put into. */
  readonly sheetless: boolean
}

const languages: Readonly<Record<string, Language>> = {
  python: 'python',
  ipython: 'python',
  pyspark: 'python',
  sql: 'sql',
  sparksql: 'sql',
  scala: 'scala',
  spark: 'scala',
  r: 'r',
  ir: 'r',
  sparkr: 'r',
}

/** Kernels whose names tell that they speak none of our languages. */
const foreign =
  /^(julia|javascript|typescript|tslab|deno|nodejs|bash|zsh|octave|matlab|xcpp|cling|\.net|ruby|rust|gopher|haskell|stata|sas|perl|java|kotlin|clojure|prolog|maxima|sage|wolfram|c$|cpp|fortran|lua|php|swift|ocaml|coq|lean|ansible|powershell)/

/** The language that a notebook's metadata name; null for a known one that is none of ours. Without a word about it, it is Python. */
export function kernelLanguage(metadata: JsonNode | undefined): Language | null {
  const databricks = property(metadata, 'application/vnd.databricks.v1+notebook')
  const kernel = property(metadata, 'kernelspec')
  const said =
    stringAt(databricks, 'language') ||
    stringAt(property(metadata, 'language_info'), 'name') ||
    stringAt(kernel, 'language')
  if (said !== undefined && said !== '') return languageNamed(said)
  const name = stringAt(kernel, 'name') ?? ''
  // An environment's own name says nothing.
  return foreign.test(name.toLowerCase()) ? null : (languageNamed(name) ?? 'python')
}

/** The language of this name, by any of the ways in which kernels write it. */
export function languageNamed(name: string): Language | null {
  const plain = name.toLowerCase().replace(/(kernel|\d[\d.]*)$/, '')
  return languages[plain] ?? null
}

export function isDatabricks(metadata: JsonNode | undefined): boolean {
  return ['application/vnd.databricks.v1+notebook', 'notebookId'].some((key) => property(metadata, key) !== undefined)
}

/** How a file's JSON is laid out, by its outermost object. */
export function layoutOf(text: string, root: JsonNode): Pick<JupyterStyle, 'indent' | 'comma' | 'colon' | 'ascii'> {
  const [first, second] = root.properties
  const lead = first === undefined ? '' : text.slice(root.start + 1, first.start)
  const gap = second === undefined ? ', ' : text.slice(first!.value.end, second.start)
  const colon = first === undefined ? ': ' : /:[ \t]*$/.exec(text.slice(first.start, first.value.start))?.[0]
  return {
    indent: lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : null,
    comma: gap === ',' ? ',' : ', ',
    colon: colon ?? ': ',
    ascii: !/[^\x00-\x7f]/.test(text) && /\\u(?!00[01])[0-9a-fA-F]{4}/.test(text),
  }
}

/** A style as Jupyter itself writes. */
export function plainStyle(language: Language): JupyterStyle {
  return {
    version: 4,
    minor: 5,
    databricks: false,
    language,
    indent: ' ',
    comma: ', ',
    colon: ': ',
    ascii: false,
    lines: true,
    sheetless: false,
  }
}
