/** What the desktop's windows and pages may do, as plain functions: tested without Electron. */

/** The scheme that the app's own pages have. */
export const SCHEME = 'app'
const ORIGIN = `${SCHEME}://dagbook`

export const START_PAGE = `${ORIGIN}/index.html`

/** Pages run without Node, in a sandbox, apart from the preload script. */
export function webPreferences(preload: string): {
  preload: string
  sandbox: true
  contextIsolation: true
  nodeIntegration: false
  webSecurity: true
  webviewTag: false
} {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  }
}

/** A page may only show itself; everything else is for the browser, if at all. */
export function mayNavigate(url: string): boolean {
  return originOf(url) === ORIGIN
}

/** Links that may be handed to the system's browser or mail program. */
export function mayOpenOutside(url: string): boolean {
  const scheme = parse(url)?.protocol
  return scheme === 'https:' || scheme === 'mailto:'
}

/** Permissions that our own page gets; all others are denied, to it and to everybody. */
export function mayUse(permission: string, url: string): boolean {
  return originOf(url) === ORIGIN && ['clipboard-sanitized-write', 'clipboard-read', 'fullscreen'].includes(permission)
}

function originOf(url: string): string | null {
  const parsed = parse(url)
  // A scheme that the URL standard does not know has the origin "null", so it is put together by hand.
  return parsed === null ? null : `${parsed.protocol}//${parsed.host}`
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}
