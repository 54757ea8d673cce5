/** The forms that the page can show, richest first. */
const order = [
  'application/vnd.dagbook.table+json',
  /^application\/vnd\.vegalite\.v[56](\.\d+)?\+json$/,
  /^application\/vnd\.vega\.v[56](\.\d+)?\+json$/,
  'image/svg+xml',
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'text/html',
  'application/javascript',
  'text/markdown',
  'application/json',
  'text/plain',
]

/** The richest form in a MIME bundle that the page can show; null if there is none. */
export function pickMime(data: Readonly<Record<string, unknown>>): string | null {
  const names = Object.keys(data)
  for (const wanted of order) {
    const found = names.find((name) => (typeof wanted === 'string' ? name === wanted : wanted.test(name)))
    if (found !== undefined) return found
  }
  return null
}
