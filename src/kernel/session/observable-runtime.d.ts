/** The part of `@observablehq/runtime` 6 that `fingerprints.ts` uses; the package ships no types. */
declare module '@observablehq/runtime' {
  interface Variable {
    define(name: string, inputs: string[], definition: (...inputs: string[]) => string): Variable
    delete(): Variable
  }
  interface Observer {
    pending?(): void
    fulfilled?(value: string): void
    rejected?(error: unknown): void
  }
  interface Module {
    variable(observer: Observer): Variable
  }
  export class Runtime {
    constructor(builtins: object, global: (name: string) => unknown)
    module(): Module
    dispose(): void
  }
}
