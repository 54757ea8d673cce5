export * from './effect.ts'
export * from './fix.ts'
export { analyzeCell } from './analyze-cell.ts'
export { mayCallNotebooks, notebookCalls, type NotebookCalls } from './notebook-calls.ts'
export { analyzeNotebook, type AnalyzedCell } from './analyze-notebook.ts'
export type { AnalysisContext } from './context.ts'
export { findNotebook, runArguments, runTarget } from './included.ts'
export { defaultNamespace, loadSqlFor } from './namespace.ts'
export type { CallArgument, NotebookCall, Rounds, Step } from './python/index.ts'
export {
  ArgumentKind,
  builtinNames,
  childrenOf,
  homeOf,
  Kind,
  literalText,
  newKnowledge,
  readPython,
  runtimeNames,
  spanOf,
  type CallNode,
  type Knowledge,
  type ParseNode,
  type Reading,
} from './python/index.ts'
export { readPragma } from './pragma.ts'
export { folderOf, targetPath } from './project-path.ts'
export { maySameTable, placeOf, placesMeant } from './symbolic-name.ts'
export { NotebookAnalysis, type IdentifiedCell } from './notebook-analysis.ts'
export { samePlainData } from './same-data.ts'
export {
  analyzeSql,
  loadSql,
  rewriteSql,
  sqlTables,
  tableName,
  tableResource,
  tokenize,
  type Namespace,
  type Token,
} from './sql/index.ts'
