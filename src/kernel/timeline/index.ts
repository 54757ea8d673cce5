export { Log, Register, type Addition, type Slot } from './slot.ts'
export { Slots } from './slots.ts'
export { Step } from './step.ts'
export { Timeline, type View } from './timeline.ts'
