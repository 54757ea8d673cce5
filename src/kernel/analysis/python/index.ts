export { analyzePython, type PythonAnalysis } from './analyze-python.ts'
export { builtinNames, runtimeNames } from './builtin-names.ts'
export { composeCarried, composeEffects } from './compose.ts'
export { copyKnowledge, knowFrame, knowParameter, knownParameters, newKnowledge, type Knowledge } from './knowledge.ts'
