export { showPage } from './showPage.tsx'
