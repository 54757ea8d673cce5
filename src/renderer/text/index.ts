export { diffLines, foldSame, type DiffLine, type DiffPart } from './diff.ts'
export { mergeTexts, type Merged } from './merge.ts'
