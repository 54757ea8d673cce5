import type { CellRule, NotebookRule } from '../rule.ts'
import { appends } from './appends.ts'
import { builtinNames } from './builtins.ts'
import { classicSpark } from './classic-spark.ts'
import { clock } from './clock.ts'
import { debugging } from './debugging.ts'
import { errors } from './errors.ts'
import { installs } from './installs.ts'
import { leaving } from './leaving.ts'
import { paths } from './paths.ts'
import { random, sampling } from './random.ts'
import { secrets } from './secrets.ts'
import { size } from './size.ts'
import { limits, stars } from './sql-writes.ts'
import { deadCells, shownOnly } from './uses.ts'

/** Rules that need one cell only. */
export const cellRules: readonly CellRule[] = [
  clock,
  debugging,
  errors,
  installs,
  limits,
  paths,
  sampling,
  secrets,
  size,
  stars,
]

/** Rules that need the cells around. */
export const notebookRules: readonly NotebookRule[] = [
  appends,
  builtinNames,
  classicSpark,
  deadCells,
  leaving,
  random,
  shownOnly,
]
