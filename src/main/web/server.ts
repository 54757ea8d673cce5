import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { Problem } from '../../kernel/problem/index.ts'
import { serveKernel, type KernelService } from '../../kernel/service/index.ts'
import { serveFile } from '../files.ts'
import { cookieName, judge, type Verdict } from './gate.ts'
import { socketConnection } from './socket.ts'

export interface WebHost {
  /** Opens the page: holds the token of this start, for one browser of this user. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves page and kernel on loopback. Every request and every socket passes one gate before anything else. `port` 0: any free one. Throws
 * DB-1601 if the port is taken.
 */
export async function startWebHost(
  service: KernelService,
  folders: { page: string; results: string },
  port: number,
): Promise<WebHost> {
  const token = randomBytes(32).toString('base64url')
  let bound = port
  const check = (request: IncomingMessage, upgrade: boolean): Verdict =>
    judge(
      {
        method: request.method ?? '',
        host: request.headers.host,
        origin: request.headers.origin,
        cookie: request.headers.cookie,
        ticket: new URL(request.url ?? '/', 'http://localhost').searchParams.get('token'),
        upgrade,
      },
      bound,
      token,
    )

  const server = createServer((request, response) => {
    const verdict = check(request, false)
    if (!verdict.pass) return void refuse(response, verdict.status)
    if (verdict.enter) return void enter(response, bound, token)
    serveFile(new Request(`http://127.0.0.1:${bound}${request.url}`, { method: request.method ?? 'GET' }), folders)
      .then((answer) => send(response, answer))
      .catch(() => response.destroy())
  })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 })
  server.on('upgrade', (request, socket, head) => {
    const verdict = check(request, true)
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (!verdict.pass || path !== '/kernel') {
      socket.end(`HTTP/1.1 ${verdict.pass ? 404 : verdict.status} Refused\r\nConnection: close\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => serveKernel(socketConnection(client), service))
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Problem('DB-1601', `Port ${port} is used by another program.`) : error)
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  bound = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${bound}/?token=${token}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function refuse(response: ServerResponse, status: 401 | 403): void {
  const text = status === 401 ? 'Open the address that Dagbook printed when it started.' : 'This address is not served.'
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}

/** Puts the token into a cookie and out of the address. */
function enter(response: ServerResponse, port: number, token: string): void {
  response
    .writeHead(303, {
      'Set-Cookie': `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`,
      Location: '/',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    })
    .end()
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (answer.body === null) response.end()
  else await pipeline(Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream), response)
}
