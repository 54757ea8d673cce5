export { openWarehouse, type Warehouse } from './warehouse.ts'
export type { Promotion } from './promote.ts'
export type { Stamp } from './delta-log.ts'
export { isAlive } from './owner.ts'
