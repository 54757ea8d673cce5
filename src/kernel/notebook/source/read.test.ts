import { describe, expect, test } from 'vitest'
import { Problem } from '../../problem/index.ts'
import { readNotebook, writeNotebook } from '../index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (text: string, path = 'a.py') => readNotebook(bytes(text), path)
const header = '# Databricks notebook source\n'
const sep = '\n# COMMAND ----------\n\n'

/** The cells of a notebook as `kind|title|source|line`. */
function cellsOf(text: string, path?: string): string[] {
  const notebook = read(text, path)
  expect(writeNotebook(notebook)).toBe(text)
  return notebook.cells.map(({ kind, title, source, line }) => `${kind}|${title ?? '-'}|${source}|${line}`)
}

function problemOf(input: string | Uint8Array, path = 'a.py'): Problem {
  try {
    readNotebook(typeof input === 'string' ? bytes(input) : input, path)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('it was read')
}

describe('reading', () => {
  test('cells, titles, magics and their lines', () => {
    const text = [
      '# Databricks notebook source',
      '# MAGIC %md',
      '# MAGIC # Orders',
      '# MAGIC',
      '# MAGIC text',
      '',
      '# COMMAND ----------',
      '',
      '# DBTITLE 1,Load orders',
      'df = 1',
      'df',
      '',
      '# COMMAND ----------',
      '',
      '# DBTITLE 0,',
      '# MAGIC %sql SELECT 1,',
      '# MAGIC   2',
      '',
      '# COMMAND ----------',
      '',
      '# MAGIC %run ./other $x="1"',
      '',
      '# COMMAND ----------',
      '',
      '%pip install pandas',
      '',
      '# COMMAND ----------',
      '',
      '# MAGIC %lsmagic now',
      '',
    ].join('\n')
    expect(cellsOf(text)).toEqual([
      'markdown|-|# Orders\n\ntext|3',
      'python|Load orders|df = 1\ndf|10',
      'sql||SELECT 1,\n  2|16',
      'run|-|./other $x="1"|21',
      'pip|-|install pandas|25',
      'magic|-|%lsmagic now|29',
    ])
  })

  test.each([
    ['no cell', header, []],
    ['a header without line end', '# Databricks notebook source', []],
    ['one empty cell', `${header}\n`, ['python|-||2']],
    ['a separator right after the header', `${header}# COMMAND ----------\n\nx = 1\n`, ['python|-|x = 1|4']],
    ['a blank line after the header', `${header}${sep}x = 1`, ['python|-|x = 1|5']],
    ['an empty first cell', `${header}\n${sep}x = 1`, ['python|-||3', 'python|-|x = 1|6']],
    ['empty cells in the middle', `${header}a\n${sep}\n${sep}b\n`, ['python|-|a|2', 'python|-||6', 'python|-|b|10']],
    ['separators without blank lines', `${header}a\n# COMMAND ----------\nb`, ['python|-|a|2', 'python|-|b|4']],
    [
      'two separators in a row',
      `${header}a\n# COMMAND ----------\n# COMMAND ----------\nb`,
      ['python|-|a|2', 'python|-||4', 'python|-|b|5'],
    ],
    ['blanks behind a separator', `${header}a\n# COMMAND ---------- \t\nb`, ['python|-|a|2', 'python|-|b|4']],
    ['a separator at the end', `${header}a\n# COMMAND ----------`, ['python|-|a|2', 'python|-||3']],
    ['more than one blank line', `${header}a\n\n${sep}\nb\n`, ['python|-|a\n|2', 'python|-|\nb|7']],
    [
      'Windows line ends',
      'H\n\na\nb\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC x\n'
        .replace('H', header.trim())
        .replaceAll('\n', '\r\n'),
      ['python|-|a\nb|3', 'sql|-|x|9'],
    ],
    ['a byte order mark', `\ufeff${header}a = 1\n`, ['python|-|a = 1|2']],
    ['mixed line ends', `${header}a\r\nb\nc\r\n`, ['python|-|a\nb\nc|2']],
    ['a magic without its blank', `${header}#MAGIC %md\n# MAGIC x\n# MAGICy\n`, ['markdown|-|x\ny|3']],
    ['a magic right after MAGIC', `${header}# MAGIC%sql\n# MAGIC SELECT 1`, ['sql|-|SELECT 1|3']],
    ['a magic line without prefix', `${header}# MAGIC %md a\nb\n`, ['markdown|-|a\nb|2']],
    ['a comment that looks like one', `${header}# MAGICAL %sql\n`, ['python|-|# MAGICAL %sql|2']],
    ['a magic of nothing', `${header}# MAGIC %sql\n`, ['sql|-||2']],
    ['an empty line above the word', `${header}# MAGIC\n# MAGIC %sql\n# MAGIC x\n`, ['sql|-|x|4']],
    ['Jupyter cell magics', `${header}%%sql\nSELECT 1\n`, ['magic|-|%%sql\nSELECT 1|2']],
    ['MAGIC lines without a word', `${header}# MAGIC hello\n`, ['magic|-|hello|2']],
    ['a title before a magic', `${header}# DBTITLE 1,T\n# MAGIC %sql\n# MAGIC x\n`, ['sql|T|x|4']],
    ['a title alone', `${header}# DBTITLE 1,T, with comma\n`, ['python|T, with comma||2']],
    ['a title far down', `${header}\n\n# DBTITLE 1,T\nx`, ['python|T|x|5']],
    ['several pip lines', `${header}%pip install a\n%pip install b\n`, ['pip|-|install a\n%pip install b|2']],
    [
      'an environment block and a cell behind it',
      `${header}# /// script\n# x = 1\n# ///\na = 1\n`,
      ['python|-|a = 1|5'],
    ],
    ['a comment that only looks like a block', `${header}# /// script\na = 1\n`, ['python|-|# /// script\na = 1|2']],
    [
      'a Markdown rule of equal signs',
      `${header}# MAGIC %md\n# MAGIC A\n# MAGIC =======\n`,
      ['markdown|-|A\n=======|3'],
    ],
    [
      'conflict markers without their like',
      `${header}"""\n=======\n>>>>>>> a\n"""`,
      ['python|-|"""\n=======\n>>>>>>> a\n"""|2'],
    ],
  ])('%s', (_, text, cells) => {
    expect(cellsOf(text)).toEqual(cells.map((cell) => cell.replace(/\|-\|\|3$/, '|-||3')))
  })

  test('SQL, Scala and R notebooks have their own comment signs', () => {
    expect(
      cellsOf(
        '-- Databricks notebook source\nSELECT 1\n\n-- COMMAND ----------\n\n-- MAGIC %python\n-- MAGIC x',
        'a.sql',
      ),
    ).toEqual(['sql|-|SELECT 1|2', 'python|-|x|7'])
    expect(cellsOf('// Databricks notebook source\n// DBTITLE 1,T\nval x = 1\n', 'a.scala')).toEqual([
      'scala|T|val x = 1|3',
    ])
    expect(cellsOf('# Databricks notebook source\nx <- 1\n', 'a.R')).toEqual(['r|-|x <- 1|2'])
  })

  test('the environment block is the preamble', () => {
    const notebook = read(`${header}# /// script\n# dependencies = []\n# ///\n# MAGIC %md a`)
    expect(notebook.preamble).toBe(`${header}# /// script\n# dependencies = []\n# ///\n`)
    expect(notebook.cells.map(({ source }) => source)).toEqual(['a'])
  })
})

describe('refusing', () => {
  const latin = new Uint8Array([...bytes(`${header}a = 1\nb = "`), 0xe9, 0x22, 0x0a])
  test.each<[string, string | Uint8Array, string, string, number | undefined]>([
    ['an empty file', '', 'a.py', 'DB-1001', 1],
    ['another file', 'import os\n', 'a.py', 'DB-1001', 1],
    ['a header with something behind it', '# Databricks notebook source \nx', 'a.py', 'DB-1001', 1],
    ['the header of another language', '-- Databricks notebook source\n', 'a.py', 'DB-1001', 1],
    ['a byte order mark before another file', `\ufeffimport os`, 'a.py', 'DB-1001', 1],
    ['a Jupyter notebook', '{"cells": [], "nbformat": 4}', 'a.py', 'DB-1001', 1],
    ['a file of another kind', '{}', 'a.json', 'DB-1001', undefined],
    ['binary data', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]), 'a.py', 'DB-1001', 1],
    ['binary data in the middle', `${header}a\0b\n`, 'a.py', 'DB-1001', 2],
    ['bytes that are not UTF-8', latin, 'a.py', 'DB-1002', 3],
    ['a merge conflict', `${header}a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n`, 'a.py', 'DB-1003', 3],
    ['a merge conflict on top', `<<<<<<< HEAD\n${header}=======\nc\n>>>>>>> x\n`, 'a.py', 'DB-1003', 1],
    ['an end inside the header', '# Databricks noteb', 'a.py', 'DB-1004', 1],
    ['an end inside the environment block', `${header}# /// script\n# depend`, 'a.py', 'DB-1004', 2],
    ['an end inside a separator', `${header}a\n\n# COMMAND ---`, 'a.py', 'DB-1004', 4],
    ['an end of zero bytes', `${header}a = 1\n\0\0\0\0`, 'a.py', 'DB-1004', 3],
    ['too many bytes', new Uint8Array(10 * 1024 * 1024 + 1), 'a.py', 'DB-1007', undefined],
  ])('%s', (_, input, path, code, line) => {
    const problem = problemOf(input, path)
    expect([problem.code, problem.place]).toEqual([code, line === undefined ? { path } : { path, line }])
  })

  test('a byte that is not UTF-8 is named', () => {
    expect(problemOf(latin).what).toContain(`byte ${latin.length - 2} is 0xe9`)
  })
})
