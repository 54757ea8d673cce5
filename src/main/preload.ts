import { ipcRenderer } from 'electron'

/**
 * Hands the kernel's message port to the page when the page asks (`src/renderer/connection/desktop.ts`): the only thing that
 * crosses. A port cannot pass the context bridge, a window message can. Messages of frames have another source and are ignored.
 */
const kernel = new Promise<readonly MessagePort[]>((resolve) => {
  ipcRenderer.once('kernel', (event) => resolve(event.ports))
})

window.addEventListener('message', function answer(event) {
  if (event.source !== window || event.data !== 'dagbook-ask-kernel') return
  window.removeEventListener('message', answer)
  void kernel.then((ports) => window.postMessage('dagbook-kernel', location.origin, [...ports]))
})
