export {
  buildBundle,
  configurationOf,
  faultsOf,
  type Bundle,
  type BundleOptions,
  type CellMap,
} from './build-bundle.ts'
export { jobPayload, type PayloadPlaces } from './payload.ts'
export { isMapping, merge, readSettings, type Mapping, type Settings, type Value } from './settings.ts'
export type { Fault } from './schema.ts'
export type { TaskCell } from './task-notebook.ts'
