import type { Kernel, Refusal, TableView } from '../../kernel/contract/index.ts'

/** Whether the kernel can be reached. While `lost`, requests are refused with `ConnectionLost` and nothing is thrown away. */
export type LinkStatus = 'open' | 'lost'

/** A kernel behind a connection that may break and come back. */
export interface Link extends Kernel {
  status(): LinkStatus
  /** Calls `listener` at every change of status; gives back the function that stops it. */
  onStatus(listener: (status: LinkStatus) => void): () => void
}

/** What the page needs from the program that shows it: the kernel, and the bytes that never travel over its messages. */
export interface Host {
  readonly kernel: Link
  /** One page of a result table: an Arrow IPC stream. Pages count from 0. */
  resultPage(table: TableView, page: number): Promise<Uint8Array>
  /** Address of the page that shows foreign HTML in a sandbox of its own. */
  readonly frameUrl: string
  /** A kernel that ended is started again without the person's doing. */
  readonly startsAgain: boolean
}

/** The kernel said no, and why. */
export class KernelRefused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.what)
    this.refusal = refusal
  }
}

/** The request did not reach the kernel, or its answer did not come back: nobody knows whether it was carried out. */
export class ConnectionLost extends Error {
  constructor() {
    super('The connection to Dagbook is lost.')
  }
}

/** The refusal that `error` is; anything unexpected becomes the internal one. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof KernelRefused) return error.refusal
  if (error instanceof ConnectionLost) {
    return { code: '', what: error.message, todo: 'It is tried again by itself; your edits are kept.', place: {} }
  }
  const what = error instanceof Error ? error.message : String(error)
  return { code: 'DB-1999', what, todo: 'Please report it, with the text behind "Details".', place: {} }
}
