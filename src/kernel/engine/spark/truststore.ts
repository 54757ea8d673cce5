import { createHash, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'

const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/**
 * Writes every certificate authority that this machine trusts (a company's own included) into a Java key store, which Java itself
 * has no tool to do in one go. Java's own list does not know them.
 */
export function writeTruststore(path: string): void {
  writeFileSync(path, keyStore(authorities()))
}

/** The authorities of Node, of the system, and of the usual bundle files, as DER, each once. */
function authorities(): Buffer[] {
  const pems = [...getCACertificates('bundled'), ...getCACertificates('system'), ...getCACertificates('extra')]
  const named = [process.env['SSL_CERT_FILE'], process.env['NODE_EXTRA_CA_CERTS'], ...BUNDLES]
  for (const bundle of new Set(named)) {
    if (bundle === undefined || !existsSync(bundle)) continue
    const blocks = readFileSync(bundle, 'latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
    pems.push(...(blocks ?? []))
  }
  const found = new Map<string, Buffer>()
  for (const pem of pems) {
    const der = readCertificate(pem)
    if (der !== null) found.set(der.toString('base64'), der)
  }
  return [...found.values()]
}

function readCertificate(pem: string): Buffer | null {
  try {
    return new X509Certificate(pem).raw
  } catch {
    return null
  }
}

/** A JKS key store of trusted certificates: a table closed by a digest over the password (`changeit`), a salt and the table. */
function keyStore(certificates: readonly Buffer[]): Buffer {
  const trusted = 2
  const entries = certificates.map((der, index) => {
    const created = Buffer.alloc(8)
    return Buffer.concat([int(trusted), text(`ca${index}`), created, text('X.509'), int(der.length), der])
  })
  const version = 2
  const table = Buffer.concat([int(0xfeedfeed), int(version), int(certificates.length), ...entries])
  const password = Buffer.from('changeit', 'utf16le').swap16()
  const digest = createHash('sha1').update(password).update('Mighty Aphrodite').update(table).digest()
  return Buffer.concat([table, digest])
}

function int(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
