export type * from './plan.ts'
export { planNotebook } from './plan-notebook.ts'
export { inJob, type PlanCell, type PlanInput } from './input.ts'
