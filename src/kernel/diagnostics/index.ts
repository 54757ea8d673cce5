export { catalogue, entryOf, type CodeEntry, type DiagnosticCode } from './catalogue.ts'
export { asDiagnostic, diagnose, ownFindings } from './diagnose.ts'
export { fixesOf, mendable } from './fixes/index.ts'
export type { DiagnosedCell, DiagnosedNotebook, FixContext, Found } from './rule.ts'
