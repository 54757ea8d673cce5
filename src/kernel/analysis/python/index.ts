export { analyzePython, type PythonAnalysis } from './analyze-python.ts'
export { builtinNames, runtimeNames } from './builtin-names.ts'
export { composeCarried, composeEffects } from './compose.ts'
export {
  copyKnowledge,
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
