import {
  builtinNames,
  homeOf,
  childrenOf,
  Kind,
  readPython,
  resourceName,
  runtimeNames,
  type Fix,
  type ParseNode,
  type Span,
} from '../../analysis/index.ts'
import type { DiagnosedNotebook, Fixer } from '../rule.ts'
import { change, codeStart, one } from './edits.ts'
import { nearest } from './spelling.ts'

/** Imports that everybody writes alike. */
const usualImports: Readonly<Record<string, string>> = {
  pd: 'import pandas as pd',
  np: 'import numpy as np',
  plt: 'import matplotlib.pyplot as plt',
  sns: 'import seaborn as sns',
  alt: 'import altair as alt',
  pl: 'import polars as pl',
  F: 'from pyspark.sql import functions as F',
  T: 'from pyspark.sql import types as T',
  Window: 'from pyspark.sql import Window',
  DeltaTable: 'from delta.tables import DeltaTable',
  Path: 'from pathlib import Path',
  Decimal: 'from decimal import Decimal',
  defaultdict: 'from collections import defaultdict',
  Counter: 'from collections import Counter',
  reduce: 'from functools import reduce',
  partial: 'from functools import partial',
  datetime: 'from datetime import datetime',
  timedelta: 'from datetime import timedelta',
  ...Object.fromEntries(
    'os sys re json math random time csv glob shutil string uuid requests itertools functools collections logging pickle hashlib base64 subprocess warnings io copy tempfile statistics decimal mlflow pandas numpy pyspark'
      .split(' ')
      .map((name) => [name, `import ${name}`]),
  ),
}

/** Places in a cell where a name of the module is used or bound; null: the text cannot be read, or it is not safe to tell. */
export function placesOf(source: string, name: string): Span[] | null {
  const { syntax, scopes } = readPython(source)
  if (syntax.problems.length > 0) return null
  const places: Span[] = []
  let safe = true
  const walk = (node: ParseNode, scope: typeof scopes.module): void => {
    const own = scopes.of.get(node) ?? scope
    if (node.nodeType === Kind.Name && node.d.value === name) {
      const { parent } = node
      const isLabel =
        (parent?.nodeType === Kind.MemberAccess && parent.d.member === node) ||
        (parent?.nodeType === Kind.Argument && parent.d.name === node)
      if (!isLabel && homeOf(name, own) === scopes.module) {
        if (
          parent?.nodeType === Kind.Global ||
          parent?.nodeType === Kind.ImportAs ||
          parent?.nodeType === Kind.ImportFromAs
        )
          safe = false
        places.push({ start: node.start, end: node.start + node.length })
      }
    }
    for (const child of childrenOf(node)) walk(child, own)
  }
  walk(syntax.tree, scopes.module)
  const isReal = places.every(({ start, end }) => source.slice(start, end) === name)
  return safe && isReal ? places : null
}

/** The name that is meant, by its spelling; or the import that everybody writes. */
export const nameThatIsMeant: Fixer = (notebook, { index, cell, diagnostic }) => {
  const { resource, where } = diagnostic
  if (resource === undefined) return []
  const name = resourceName(resource)
  if (cell.source.slice(where.start, where.end) !== name || cell.kind !== 'python') return []
  const fixes: Fix[] = []
  const usual = Object.hasOwn(usualImports, name) ? usualImports[name] : undefined
  if (usual !== undefined) {
    const at = codeStart(cell.source)
    fixes.push(...one(`Add ${usual}`, change(cell, { where: { start: at, end: at }, text: `${usual}\n` })))
  }
  const right = nearest(name, namesAbove(notebook, index))
  const places = right === null ? null : placesOf(cell.source, name)
  if (right !== null && places !== null && places.length > 0)
    fixes.push(...one(`Write ${right}`, change(cell, ...places.map((place) => ({ where: place, text: right })))))
  return fixes
}

function* namesAbove({ graph }: DiagnosedNotebook, index: number): Iterable<string> {
  for (const { writes } of graph.cells.slice(0, index + 1))
    for (const resource of writes)
      if (resource.startsWith('name:') && resource !== 'name:*') yield resourceName(resource)
  yield* ['True', 'False', 'None']
  yield* builtinNames
  yield* runtimeNames
}

/** Renames a value that has the name of one of Python's functions, here and in all cells that read it. Only where that is all. */
export const renameShadow: Fixer = ({ cells, graph }, { index, diagnostic }) => {
  const { resource, where } = diagnostic
  if (resource === undefined) return []
  const name = resourceName(resource)
  const isOpen = graph.cells.some(({ effects }) => effects.some((effect) => effect.resource === 'name:*'))
  const writers = graph.cells.flatMap(({ writes }, at) => (writes.includes(resource) ? [at] : []))
  const readers = graph.cells.flatMap(({ reads }, at) =>
    at > index && reads.some((read) => read.resource === resource) ? [at] : [],
  )
  if (isOpen || writers.some((at) => cells[at]!.kind !== 'python') || writers[0] !== index) return []
  const taken = new Set(graph.cells.flatMap(({ writes, reads }) => [...writes, ...reads.map((read) => read.resource)]))
  const next = [`${name}_`, `${name}_value`, `my_${name}`].find((each) => !taken.has(`name:${each}`))
  if (next === undefined) return []
  const edits = []
  for (const at of [...new Set([index, ...writers, ...readers])]) {
    const target = cells[at]!
    const places = placesOf(target.source, name)
    // Above its first definition the name still means Python's own.
    if (places === null || (at === index && places.some(({ start }) => start < where.start))) return []
    if (places.length > 0) edits.push(change(target, ...places.map((place) => ({ where: place, text: next }))))
  }
  return [{ title: `Rename it to ${next}`, edits }]
}

/** The names of an unknown `import *` that cells below use and nothing defines, as an import by name. */
export const importByName: Fixer = ({ cells, graph }, { index, cell, diagnostic }) => {
  const { where } = diagnostic
  const text = cell.source.slice(where.start, where.end)
  const from = /^from\s+\S+\s+import\s+\*$/.exec(text)
  if (from === null) return []
  const used = new Set<string>()
  const above = new Set(graph.cells.slice(0, index).flatMap(({ writes }) => writes))
  for (const [at, { analysis }] of cells.entries()) {
    if (at < index) continue
    for (const { mode, resource } of analysis.effects) {
      const name = resource.startsWith('name:') ? resourceName(resource) : ''
      const isFree = mode !== 'write' && name !== '' && name !== '*' && !above.has(resource)
      if (isFree && !builtinNames.has(name) && !runtimeNames.has(name)) used.add(name)
    }
    for (const resource of graph.cells[at]!.writes) above.add(resource)
  }
  if (used.size === 0 || used.size > 30) return []
  const names = [...used].sort().join(', ')
  return one(`Import ${names}`, change(cell, { where, text: text.replace(/\*$/, names) }))
}
