import { mappings, text } from './job-faults.ts'
import type { Fault } from './schema.ts'
import { isMapping, type Mapping, type Value } from './settings.ts'

/** The size of a notebook that a workspace takes, in bytes. */
export const notebookLimit = 10 * 1024 * 1024

/**
 * What is wrong with the files that a job's tasks name. `yaml` is the path of the file that declares them: local paths
 * are relative to it. `files` holds the bundle's files by path; `known` tells of others, of the project.
 */
export function fileFaults(
  job: Mapping,
  at: string,
  yaml: string,
  files: ReadonlyMap<string, string>,
  known: (path: string) => boolean = () => false,
): Fault[] {
  const faults: Fault[] = []
  const tasks = mappings(job['tasks']).flatMap((task, index): [Mapping, string][] => {
    const loop = task['for_each_task']
    const inner: [Mapping, string][] =
      isMapping(loop) && isMapping(loop['task']) ? [[loop['task'], `${at}.tasks[${index}].for_each_task.task`]] : []
    return [[task, `${at}.tasks[${index}]`], ...inner]
  })
  for (const [task, path] of tasks) {
    for (const [type, field] of [
      ['notebook_task', 'notebook_path'],
      ['spark_python_task', 'python_file'],
      ['sql_task', 'file'],
    ]) {
      const local = localPath(task[type!], field!)
      if (local === null) continue
      const where = `${path}.${type}.${field}`
      const target = resolve(yaml, local)
      if (target === null) faults.push({ path: where, reason: `\`${local}\` is outside the bundle.` })
      else if (!files.has(target) && !known(target))
        faults.push({ path: where, reason: `There is no file \`${target}\`.` })
      else if (files.has(target)) {
        const notebook =
          target.endsWith('.ipynb') || /^(#|--|\/\/) Databricks notebook source\r?(\n|$)/.test(files.get(target)!)
        if (type === 'notebook_task' && !notebook)
          faults.push({ path: where, reason: `\`${target}\` is not a notebook.` })
        if (type !== 'notebook_task' && notebook) faults.push({ path: where, reason: `\`${target}\` is a notebook.` })
      }
    }
  }
  return faults
}

/** Files that a workspace would not take. */
export function sizeFaults(files: ReadonlyMap<string, string>): Fault[] {
  const faults: Fault[] = []
  const remote = new Map<string, string>()
  for (const [path, content] of files) {
    const notebook = /^(#|--|\/\/) Databricks notebook source\r?(\n|$)/.test(content)
    if (!notebook) continue
    const size = new TextEncoder().encode(content).length
    if (size > notebookLimit) faults.push({ path, reason: 'A notebook has at most 10 MB.' })
    const name = path.replace(/\.\w+$/, '')
    const other = remote.get(name)
    if (other !== undefined) faults.push({ path, reason: `It would lie where \`${other}\` lies.` })
    remote.set(name, path)
  }
  return faults
}

function localPath(value: Value | undefined, field: string): string | null {
  if (!isMapping(value)) return null
  const found = value[field]
  const path = isMapping(found) ? text(found['path']) : text(found)
  return path === '' || path.startsWith('/') || path.includes('${') || value['source'] === 'GIT' ? null : path
}

function resolve(from: string, path: string): string | null {
  const parts = from.split('/').slice(0, -1)
  for (const part of path.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null
    } else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}
