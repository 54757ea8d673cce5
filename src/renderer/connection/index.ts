export { asRefusal, ConnectionLost, KernelRefused, type Host, type Link, type LinkStatus } from './link.ts'
export { connectHost } from './host.ts'
