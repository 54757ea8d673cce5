export { LaterGraphPanel as GraphPanel } from './LaterGraphPanel.tsx'
export { usePlan } from './use-plan.ts'
