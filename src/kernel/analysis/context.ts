import type { Namespace } from './sql/index.ts'

/** What the analysis of a notebook may know beyond its text. */
export interface AnalysisContext {
  /** The catalog and schema in which the notebook begins. */
  readonly namespace: Namespace
  /**
   * The text of a project file by its path from the project's root, with "/"; undefined: not looked up yet (the path is
   * then in `needs`); null: there is no such file.
   */
  readonly files: (path: string) => string | undefined | null
  /** The folder of the notebook from the project's root, "" for the root itself: what `%run ./x` starts from. */
  readonly folder?: string
  /** Notebooks that are being included by `%run`, outermost first. */
  readonly running?: readonly string[]
}
