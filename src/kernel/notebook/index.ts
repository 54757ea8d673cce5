export type { Cell, CellEdit, CellKind, CellText, Language, Notebook } from './notebook.ts'
