import { ipcRenderer } from 'electron'

/** Hands the kernel's message port to the page: the only thing that crosses. A port cannot pass the bridge, a message event can. */
ipcRenderer.on('kernel', (event) => {
  window.postMessage('dagbook-kernel', '*', event.ports)
})
