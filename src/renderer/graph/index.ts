export { GraphPanel } from './GraphPanel.tsx'
export { usePlan } from './use-plan.ts'
