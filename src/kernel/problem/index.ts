export { asProblem, Problem, type Place } from './problem.ts'
export { problems, type ProblemCode } from './codes.ts'
