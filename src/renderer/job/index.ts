export { DiffView } from './DiffView.tsx'
export { JobPage } from './JobPage.tsx'
