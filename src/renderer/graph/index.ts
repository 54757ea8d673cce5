export { GraphPanel } from './GraphPanel.tsx'
export { usePlan } from './usePlan.ts'
