/**
 * Every code of the error family, once. `docs/errors.md` shows this table (a test compares them). Groups: 10xx notebook files,
 * 11xx project and settings, 12xx Python and engine, 13xx running, 14xx plan and bundle, 15xx jobs, 16xx the app, 1999 ours.
 */
export const problems = {
  'DB-1001': { name: 'not-a-notebook', todo: 'A notebook starts with the line "# Databricks notebook source".' },
  'DB-1002': { name: 'not-utf8', todo: 'Save the file as UTF-8 and open it again.' },
  'DB-1003': { name: 'conflict-markers', todo: 'Resolve the merge conflict in an editor and open it again.' },
  'DB-1004': { name: 'cut-short', todo: 'Restore the file from version control or a copy.' },
  'DB-1005': { name: 'file-missing', todo: 'Check the path.' },
  'DB-1006': { name: 'file-unreadable', todo: 'Check the permissions of the file and its folder.' },
  'DB-1007': { name: 'file-too-large', todo: 'A notebook has at most 10 MB: split it.' },
  'DB-1008': { name: 'not-saved', todo: 'Your edits are still here: save again, or save under another name.' },
  'DB-1009': { name: 'changed-on-disk', todo: 'Compare the two, then reload or save over it.' },
  'DB-1010': { name: 'unsafe-cell-text', todo: 'Change the line: the notebook format reads it as its own.' },
  'DB-1011': { name: 'damaged-notebook', todo: 'Correct the line in a text editor, or restore the file from a copy.' },
  'DB-1012': { name: 'other-notebook-version', todo: 'Open it in Jupyter and save it there: that writes version 4.' },
  'DB-1101': { name: 'not-a-project', todo: 'Run "dagbook init" in the folder that should hold the project.' },
  'DB-1102': { name: 'bad-settings', todo: 'Correct the settings file.' },
  'DB-1103': { name: 'folder-exists', todo: 'Choose another folder, or open this one.' },
  'DB-1104': { name: 'read-only-folder', todo: 'Choose a folder that you may write to.' },
  'DB-1201': { name: 'python-missing', todo: 'Install Python 3.10 to 3.13 and start again.' },
  'DB-1202': { name: 'worker-died', todo: 'Run the cell again; nothing you typed is lost.' },
  'DB-1203': { name: 'engine-failed', todo: 'Look at the engine log and start again.' },
  'DB-1204': { name: 'engine-unavailable', todo: 'Run "npm start" once with a network to set it up.' },
  'DB-1205': { name: 'warehouse-damaged', todo: 'Restore the folder, or drop the table.' },
  'DB-1301': { name: 'no-such-cell', todo: 'Reload the notebook.' },
  'DB-1302': { name: 'stale-edit', todo: 'Reload the notebook; it was changed elsewhere.' },
  'DB-1303': { name: 'no-such-parameter', todo: 'Use the name of a parameter that the notebook declares.' },
  'DB-1304': { name: 'drafts-conflict', todo: 'Look at both versions, then keep one.' },
  'DB-1401': { name: 'plan-refused', todo: 'Mend the diagnostics that are errors and export again.' },
  'DB-1402': { name: 'bundle-invalid', todo: 'Correct the settings file; the schema says what it allows.' },
  'DB-1403': { name: 'not-a-bundle', todo: 'Point at a folder with databricks.yml, or at build/<name>.' },
  'DB-1404': { name: 'export-not-written', todo: 'Nothing was changed. Check the permissions of the folder.' },
  'DB-1405': { name: 'no-work', todo: 'Write a cell that does work.' },
  'DB-1501': { name: 'task-failed', todo: 'Open the notebook at the cell, mend it and run the job again.' },
  'DB-1502': { name: 'handover-failed', todo: 'Pass a value that can be stored, or keep both cells in one task.' },
  'DB-1601': { name: 'port-taken', todo: 'Close the other program or choose another port.' },
  'DB-1602': { name: 'bad-request', todo: 'Reload the page.' },
  'DB-1603': { name: 'bad-argument', todo: 'See --help.' },
  'DB-1999': { name: 'internal', todo: 'Please report it, with the text behind "Details".' },
} as const satisfies Record<string, { name: string; todo: string }>

export type ProblemCode = keyof typeof problems

const errorNames: Readonly<Partial<Record<ProblemCode, string>>> = {
  'DB-1202': 'PythonDied',
  'DB-1203': 'EngineFailed',
  'DB-1204': 'EngineMissing',
}

/** What a problem that ends a cell or a task is called where exceptions have their names. */
export function errorName(code: ProblemCode): string {
  return errorNames[code] ?? 'Problem'
}
