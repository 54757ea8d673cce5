import { timingSafeEqual } from 'node:crypto'

/** What the gate looks at: taken from the request line and headers before anything else happens. */
export interface Knock {
  readonly method: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly cookie: string | undefined
  /** The token in the query of a first visit. */
  readonly ticket: string | null
  /** A WebSocket upgrade. */
  readonly upgrade: boolean
}

/** `enter`: a first visit with the right token, to be sent on with a cookie. `refuse` says which status. */
export type Verdict =
  { readonly pass: true; readonly enter: boolean } | { readonly pass: false; readonly status: 401 | 403 }

/**
 * Who may speak to the local server. Only loopback names (against DNS rebinding), only with the token of this start (against other users and
 * programs), and whoever changes anything or opens a socket must come from our own page (against foreign pages).
 */
export function judge(knock: Knock, port: number, token: string): Verdict {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]
  if (knock.host === undefined || !names.includes(knock.host)) return { pass: false, status: 403 }
  const own = `http://${knock.host}`
  const mustBeOwn = knock.upgrade || (knock.method !== 'GET' && knock.method !== 'HEAD')
  if (mustBeOwn ? knock.origin !== own : knock.origin !== undefined && knock.origin !== own)
    return { pass: false, status: 403 }
  if (knock.ticket !== null && knock.method === 'GET' && !knock.upgrade && same(knock.ticket, token))
    return { pass: true, enter: true }
  const cookie = cookieValue(knock.cookie, cookieName(port))
  if (cookie === undefined || !same(cookie, token)) return { pass: false, status: 401 }
  return { pass: true, enter: false }
}

/** One cookie for each port, so that two servers on one machine do not throw each other out. */
export function cookieName(port: number): string {
  return `dagbook_${port}`
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return undefined
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
