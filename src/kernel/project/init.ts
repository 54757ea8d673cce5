import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Problem } from '../problem/index.ts'

/**
 * Makes a project: `databricks.yml`, a first notebook, `.gitignore`. Returns the paths that were written. Nothing that exists is touched.
 * Throws DB-1103 if the folder is a project already, DB-1104 if it cannot be written.
 */
export async function initProject(folder: string): Promise<string[]> {
  const root = resolve(folder)
  const name = basename(root).replace(/[^A-Za-z0-9_]+/g, '_') || 'project'
  if (existsSync(join(root, 'databricks.yml')))
    throw new Problem('DB-1103', 'This folder is a project already.', { path: root })
  const files = new Map([
    ['databricks.yml', databricksYml(name)],
    [`${name}.py`, FIRST_NOTEBOOK],
    ['.gitignore', '.dagbook/\n.databricks/\n__pycache__/\n'],
  ])
  const written: string[] = []
  try {
    await mkdir(root, { recursive: true })
    for (const [file, content] of files) {
      const path = join(root, file)
      if (existsSync(path)) continue
      await writeFile(path, content, { flag: 'wx' })
      written.push(path)
    }
  } catch (error) {
    throw new Problem('DB-1104', 'The project cannot be written here.', { path: root }, undefined, error)
  }
  return written
}

/** The bundle's root: after this it belongs to its user. Targets as the official templates have them. */
export function databricksYml(name: string): string {
  return `# The root of this project as a Databricks bundle. It was written once and is yours to change.
bundle:
  name: ${name}

# Jobs that Dagbook exported from notebooks.
include:
  - build/*/resources/*.yml

targets:
  # Your own copy: names get your prefix, schedules are paused.
  dev:
    mode: development
    default: true
  prod:
    mode: production
    workspace:
      root_path: /Workspace/Users/\${workspace.current_user.userName}/.bundle/\${bundle.name}/\${bundle.target}
`
}

const FIRST_NOTEBOOK = `# Databricks notebook source
# MAGIC %md
# MAGIC # A first notebook
# MAGIC Run a cell with **Shift+Enter**. Change one, and see on the right which others need to run again.

# COMMAND ----------

# DBTITLE 1,Who
dbutils.widgets.text("name", "world", "Who is greeted")
name = dbutils.widgets.get("name")

# COMMAND ----------

# DBTITLE 1,Words
words = ["good", "morning", name]

# COMMAND ----------

# DBTITLE 1,Greeting
print(" ".join(words))
`
