export type * from './protocol.ts'
export { engineFiles, setupEngine, startSpark, type EngineFiles, type SparkServer } from './spark/index.ts'
export { openWarehouse, type Warehouse } from './warehouse/index.ts'
export { startWorker } from './worker-process.ts'
