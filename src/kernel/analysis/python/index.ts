export { analyzePython, type PythonAnalysis } from './analyze-python.ts'
export { builtinNames, runtimeNames } from './builtin-names.ts'
export { composeCarried, composeEffects } from './compose.ts'
export { Flow, literalText, type CallArgument, type NotebookCall, type Rounds, type Step } from './flow.ts'
export type { Given } from './run.ts'
export {
  anyParameter,
  forgetAll,
  knowFrame,
  knowLocations,
  knowParameter,
  knownParameters,
  knownSettings,
  knownVariables,
  knowSettings,
  knowVariables,
  newKnowledge,
  withGiven,
  withLocations,
  withPartitions,
  type Knowledge,
} from './knowledge.ts'
export { at, groupsOf, Place, type Above, type Holders, type Made } from './place.ts'
export { sameBinding, sameItems, sameSets } from './same.ts'
export type { Binding } from './state.ts'
export type { Closure, Thing } from './value.ts'
export { ArgumentKind, Kind, type CallNode, type ParseNode } from './nodes.ts'
export { readPython, type Reading } from './reading.ts'
export { childrenOf, homeOf } from './scopes.ts'
export { spanOf } from './syntax.ts'
