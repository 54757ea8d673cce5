export * from './effect.ts'
