export { convertedPath, convertTo } from './convert.ts'
export {
  copyData,
  exportView,
  planOf,
  prepareExport,
  taskView,
  writeFiles,
  type Exportable,
  type PreparedExport,
} from './export.ts'
export { jobWorkers } from './job-workers.ts'
export { serveKernel } from './serve.ts'
export { KernelService } from './service.ts'
export { Workbench, type Installation } from './workbench.ts'
