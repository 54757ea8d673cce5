import { app, BrowserWindow, dialog, Menu, MessageChannelMain, protocol, session, shell } from 'electron'
import { join } from 'node:path'
import { startKernel, type Kernel } from './desktop/kernel.ts'
import { mayNavigate, mayOpenOutside, mayUse, SCHEME, START_PAGE, webPreferences } from './desktop/policy.ts'
import { serveFile } from './files.ts'
import { examplePath, pageFolder } from './installation.ts'

const asked = process.env.DAGBOOK_OPEN ?? examplePath()

protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])

app.on('web-contents-created', (_, contents) => {
  contents.on('will-navigate', (event) => {
    if (!mayNavigate(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) void shell.openExternal(new URL(url).href)
    return { action: 'deny' }
  })
})
app.on('window-all-closed', () => app.quit())

// Not `await` at the top: Electron becomes ready only after this module has been evaluated.
app
  .whenReady()
  .then(open)
  .catch((error: unknown) => {
    dialog.showErrorBox('Dagbook does not start', error instanceof Error ? error.message : String(error))
    app.exit(1)
  })

async function open(): Promise<void> {
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(mayUse(permission, contents.getURL())),
  )
  session.defaultSession.setPermissionCheckHandler((_, permission, origin) => mayUse(permission, origin))
  Menu.setApplicationMenu(menu())

  let kernel = await startKernel(asked)
  let quitting = false
  app.on('will-quit', () => {
    quitting = true
    kernel.process.kill()
  })
  protocol.handle(SCHEME, (request) => serveFile(request, { page: pageFolder(), results: kernel.results }))

  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    show: false,
    backgroundColor: '#FCFBF8',
    webPreferences: webPreferences(join(import.meta.dirname, '..', 'preload', 'preload.cjs')),
  })
  const page = window.webContents
  const connect = (): void => {
    const { port1, port2 } = new MessageChannelMain()
    kernel.process.postMessage(null, [port1])
    page.postMessage('kernel', null, [port2])
  }
  const watch = ({ process }: Kernel): void => {
    process.once('exit', (code) => {
      if (!quitting) void startAgain(`Dagbook's kernel ended with code ${code}.`)
    })
  }
  const startAgain = async (what: string): Promise<void> => {
    if (!(await wantsAgain(window, what))) return app.quit()
    try {
      kernel = await startKernel(asked)
    } catch (error) {
      return startAgain(`Dagbook's kernel does not start. ${(error as Error).message}`)
    }
    watch(kernel)
    connect()
  }

  watch(kernel)
  window.once('ready-to-show', () => window.show())
  page.on('did-finish-load', connect)
  // What was typed last is on its way to the kernel, which keeps it.
  page.on('will-prevent-unload', () => setTimeout(() => window.close(), 300))
  page.on('render-process-gone', (_, { reason }) => {
    if (quitting || reason === 'clean-exit') return
    void wantsAgain(window, `The page ended (${reason}).`).then((again) => (again ? page.reload() : app.quit()))
  })
  // It rejects when the window is closed while it loads.
  await window.loadURL(START_PAGE).catch(() => undefined)
}

/** Whether to start again what ended. */
async function wantsAgain(window: BrowserWindow, what: string): Promise<boolean> {
  const detail = 'Edits are kept. Cells have to run again if their Python ended.'
  const choice = { buttons: ['Start again', 'Quit'], defaultId: 0, cancelId: 0 }
  const { response } = await dialog.showMessageBox(window, { type: 'error', message: what, detail, ...choice })
  return response === 0
}

/** What Electron shows by itself has its own help, and a reload that nobody needs. */
function menu(): Menu {
  return Menu.buildFromTemplate([
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    { role: 'fileMenu' },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
    { role: 'windowMenu' },
  ])
}
