export { analyzePython, type PythonAnalysis } from './analyze-python.ts'
export { builtinNames, runtimeNames } from './builtin-names.ts'
export { composeCarried, composeEffects } from './compose.ts'
export { Flow, literalText, type CallArgument, type NotebookCall, type Rounds, type Step } from './flow.ts'
export type { Given } from './run.ts'
export {
  anyParameter,
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
