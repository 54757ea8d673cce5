export { setupEngine, engineFiles, type EngineFiles } from './setup.ts'
export { startSpark } from './server.ts'
export type { SparkServer } from './launch.ts'
