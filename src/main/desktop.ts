import { app, BrowserWindow, MessageChannelMain, protocol, session, shell, utilityProcess } from 'electron'
import { once } from 'node:events'
import { join } from 'node:path'
import { mayNavigate, mayOpenOutside, mayUse, SCHEME, START_PAGE, webPreferences } from './desktop/policy.ts'
import { serveFile } from './files.ts'
import { examplePath, pageFolder } from './installation.ts'

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

await app.whenReady()
session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
  answer(mayUse(permission, contents.getURL())),
)
session.defaultSession.setPermissionCheckHandler((_, permission, origin) => mayUse(permission, origin))

const kernel = utilityProcess.fork(join(import.meta.dirname, 'kernel-process.js'), [
  process.env.DAGBOOK_OPEN ?? examplePath(),
])
app.on('will-quit', () => kernel.kill())
const [{ results }] = (await once(kernel, 'message')) as [{ results: string }]
protocol.handle(SCHEME, (request) => serveFile(request, { page: pageFolder(), results }))

const window = new BrowserWindow({
  width: 1440,
  height: 900,
  show: false,
  backgroundColor: '#FCFBF8',
  webPreferences: webPreferences(join(import.meta.dirname, '..', 'preload', 'preload.cjs')),
})
window.once('ready-to-show', () => window.show())
window.webContents.on('did-finish-load', () => {
  const { port1, port2 } = new MessageChannelMain()
  kernel.postMessage(null, [port1])
  window.webContents.postMessage('kernel', null, [port2])
})
await window.loadURL(START_PAGE)
