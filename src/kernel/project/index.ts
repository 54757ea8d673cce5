export { projectFiles } from './files.ts'
export { databricksYml, initProject } from './init.ts'
export { findProject, listNotebooks, type Project } from './project.ts'
