export { notedFiles, projectFiles } from './files.ts'
export { databricksYml, initProject } from './init.ts'
export { findProject, notebookAt, folderOf, listNotebooks, type Project } from './project.ts'
