import { expect, test } from 'vitest'
import { notebookText } from './notebook-text.ts'
import type { Cell } from './notebook.ts'

const cell = (id: string, kind: Cell['kind'], source: string, title: string | null = null): Cell => ({
  id,
  key: id,
  kind,
  title,
  source,
  mode: 'auto',
  modeReason: null,
  reads: [],
  writes: [],
})

test('the text of a notebook can be read as a Databricks notebook again', () => {
  const cells = { a: cell('a', 'python', 'x = 1', 'Start'), b: cell('b', 'markdown', '# Hi\n\nyou') }
  expect(notebookText({ language: 'python', order: ['a', 'b'], cells })).toBe(`# Databricks notebook source
# DBTITLE 1,Start
x = 1

# COMMAND ----------

# MAGIC %md
# MAGIC # Hi
# MAGIC
# MAGIC you
`)
})

test('cells of the own language of a SQL notebook stand as they are', () => {
  const cells = { a: cell('a', 'sql', 'SELECT 1'), b: cell('b', 'python', 'x = 1') }
  expect(notebookText({ language: 'sql', order: ['a', 'b'], cells })).toBe(
    '-- Databricks notebook source\nSELECT 1\n\n-- COMMAND ----------\n\n-- MAGIC %python\n-- MAGIC x = 1\n',
  )
})
