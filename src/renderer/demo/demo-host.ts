import type { Host } from '../connection/index.ts'
import { DemoKernel } from './DemoKernel.ts'
import { errors } from './errors.ts'
import { flights } from './flights.ts'
import { many } from './many.ts'
import type { Scene } from './scene.ts'

declare global {
  interface Window {
    /** For the end-to-end tests of the page: the kernel that it talks to. */
    demoKernel?: DemoKernel
  }
}

/** A host with a made-up kernel in memory. `name`: `flights`, `errors`, `empty`, or a number of cells. */
export function demoHost(name: string): Host {
  const scene = sceneNamed(name)
  const kernel = new DemoKernel(scene)
  window.demoKernel = kernel
  return {
    kernel,
    frameUrl: '/output-frame.html',
    startsAgain: false,
    resultPage: async ({ file }, page) => {
      const bytes = scene.pages.get(`${file} ${page}`)
      if (bytes === undefined) throw new Error('These rows are not there any more. Run the cell again.')
      return bytes
    },
  }
}

function sceneNamed(name: string): Scene {
  if (name === 'errors') return errors()
  if (name === 'empty') return { ...flights(), cells: [], parameters: [], diagnostics: [] }
  return /^\d+$/.test(name) ? many(Number(name)) : flights()
}
