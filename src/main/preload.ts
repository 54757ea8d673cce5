import { ipcRenderer } from 'electron'

/**
 * Hands the kernel's message ports to the page once the page asks (`src/renderer/connection/desktop.ts`): the only thing that
 * crosses. There is a new port whenever the kernel was started again. A port cannot pass the context bridge, a window message can.
 * Messages of frames have another source and are ignored.
 */
const waiting: MessagePort[] = []
let asked = false

ipcRenderer.on('kernel', (event) => {
  waiting.push(...event.ports)
  handOver()
})

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== 'dagbook-ask-kernel') return
  asked = true
  handOver()
})

function handOver(): void {
  if (!asked) return
  for (const port of waiting.splice(0)) window.postMessage('dagbook-kernel', location.origin, [port])
}
