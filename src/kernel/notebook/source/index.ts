export { deleteCell, editCell, insertCell, moveCell, newSource } from './edit.ts'
export { readSource } from './read.ts'
