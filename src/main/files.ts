import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { Readable } from 'node:stream'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** What the page may load and speak to. No eval, no foreign host; styles inline because editors and charts write them. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A frame for HTML that cells put out: scripts run, in an origin of their own, with no way to the network or to the page. */
const OUTPUT_POLICY =
  "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; " +
  "img-src data: blob:; font-src data:; frame-ancestors 'self'"

const COMMON = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
}

/** Answers a request for the page's own files or for pages of results. Both hosts serve with it. */
export async function serveFile(request: Request, folders: { page: string; results: string }): Promise<Response> {
  const url = new URL(request.url)
  const path = decodeURIComponent(url.pathname)
  if (request.method !== 'GET') return new Response('Only GET here.', { status: 405, headers: COMMON })
  if (path.startsWith('/results/')) return servePage(path.slice('/results/'.length), url.searchParams, folders.results)
  return serveAsset(path === '/' ? '/index.html' : path, folders.page)
}

async function serveAsset(path: string, folder: string): Promise<Response> {
  const inside = join(folder, normalize(path))
  const found = inside.startsWith(folder + sep) ? await stat(inside).catch(() => null) : null
  if (found === null || !found.isFile()) return new Response('Not found.', { status: 404, headers: COMMON })
  const body = Readable.toWeb(createReadStream(inside)) as ReadableStream
  return new Response(body, {
    headers: {
      ...COMMON,
      'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
      'Content-Length': String(found.size),
      'Content-Security-Policy': path === '/output-frame.html' ? OUTPUT_POLICY : PAGE_POLICY,
      'Cache-Control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache',
    },
  })
}

/** A slice of a result file: `from` and `to` are byte offsets of its page, which the page has from the table's description. */
async function servePage(file: string, query: URLSearchParams, folder: string): Promise<Response> {
  const from = Number(query.get('from'))
  const to = Number(query.get('to'))
  if (
    !/^[\w-]+\.arrow$/.test(file) ||
    !Number.isSafeInteger(from) ||
    !Number.isSafeInteger(to) ||
    from < 0 ||
    to <= from
  ) {
    return new Response('Not a page of a result.', { status: 400, headers: COMMON })
  }
  const handle = await open(join(folder, file)).catch(() => null)
  if (handle === null) return new Response('The result is gone; run the cell again.', { status: 404, headers: COMMON })
  try {
    const { size } = await handle.stat()
    if (to > size) return new Response('Not a page of a result.', { status: 400, headers: COMMON })
    const bytes = Buffer.alloc(to - from)
    await handle.read(bytes, 0, bytes.length, from)
    return new Response(bytes, {
      headers: { ...COMMON, 'Content-Type': 'application/vnd.apache.arrow.stream', 'Cache-Control': 'no-store' },
    })
  } finally {
    await handle.close()
  }
}
