export type { Command, CommandContext, CommandGroup } from './command.ts'
export { commandById, commands } from './list.ts'
export { matchKeys, useCommandKeys } from './dispatch.ts'
export { keyLabel, keyOf } from './keys.ts'
