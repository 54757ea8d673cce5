export { analyzePython, type PythonAnalysis } from './analyze-python.ts'
export { builtinNames, runtimeNames } from './builtin-names.ts'
export { composeCarried, composeEffects } from './compose.ts'
export {
  copyKnowledge,
  forgetAll,
  knowFrame,
  knowParameter,
  knownParameters,
  knownVariables,
  knowVariables,
  newKnowledge,
  withGiven,
  type Knowledge,
} from './knowledge.ts'
export { ArgumentKind, Kind, type CallNode, type ParseNode } from './nodes.ts'
export { readPython, type Reading } from './reading.ts'
export { childrenOf, homeOf } from './scopes.ts'
export { spanOf } from './syntax.ts'
