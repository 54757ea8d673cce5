export { asProblem, Problem, type Place } from './problem.ts'
export { errorName, problems, type ProblemCode } from './codes.ts'
