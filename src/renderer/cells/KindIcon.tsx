import {
  Code,
  Database,
  FileText,
  FolderOpen,
  NotebookText,
  Package,
  SquareTerminal,
  Type,
  type LucideIcon,
} from 'lucide-react'
import type { Cell } from '../state/index.ts'

/** One sign for each kind of cell. */
const icons: Readonly<Record<Cell['kind'], LucideIcon>> = {
  python: Code,
  sql: Database,
  markdown: Type,
  run: NotebookText,
  pip: Package,
  sh: SquareTerminal,
  fs: FolderOpen,
  scala: FileText,
  r: FileText,
  magic: FileText,
  raw: FileText,
}

export function KindIcon({ kind }: { kind: Cell['kind'] }) {
  const Icon = icons[kind]
  return <Icon aria-hidden />
}
