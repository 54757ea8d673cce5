import type { MessageConnection } from 'vscode-jsonrpc'
import { notifications, Refusal } from '../../kernel/contract/index.ts'
import type { Method, News, Params, Result, Topic } from '../../kernel/contract/index.ts'
import { ConnectionLost, KernelRefused } from './link.ts'

type Listener = (news: unknown) => void

/** Those who listen to the kernel's news. They stay while connections come and go. */
export class Listeners {
  private readonly byTopic = new Map<Topic, Set<Listener>>()

  on<T extends Topic>(topic: T, listener: (news: News<T>) => void): () => void {
    const set = this.byTopic.get(topic) ?? new Set()
    this.byTopic.set(topic, set.add(listener as Listener))
    return () => set.delete(listener as Listener)
  }

  /** Passes on everything that `connection` hears. Call it before the connection listens. */
  attach(connection: MessageConnection): void {
    for (const topic of Object.keys(notifications) as Topic[]) {
      connection.onNotification(topic, (news: unknown) => {
        for (const listener of this.byTopic.get(topic) ?? []) listener(news)
      })
    }
  }
}

/** Sends a request; a refusal of the kernel becomes `KernelRefused`, a broken connection `ConnectionLost`. */
export async function sendRequest<M extends Method>(
  connection: MessageConnection,
  alive: () => boolean,
  method: M,
  params: Params<M>,
): Promise<Result<M>> {
  try {
    return await connection.sendRequest<Result<M>>(method, params)
  } catch (error) {
    const refusal = Refusal.safeParse((error as { data?: unknown }).data)
    if (refusal.success) throw new KernelRefused(refusal.data)
    if (!alive()) throw new ConnectionLost()
    throw error
  }
}
