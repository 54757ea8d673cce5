import { ResponseError, type MessageConnection } from 'vscode-jsonrpc'
import { notifications, requests, type Method, type Refusal, type Topic } from '../contract/index.ts'
import { asProblem, Problem } from '../problem/index.ts'
import type { KernelService } from './service.ts'

/** JSON-RPC's code for "the server refused": the Refusal in `data` says why. */
const REFUSED = -32000

/** Serves the contract on one connection, until it closes. Parameters are parsed here; what does not parse is refused. */
export function serveKernel(connection: MessageConnection, service: KernelService): void {
  for (const method of Object.keys(requests) as Method[]) {
    connection.onRequest(method, async (params: unknown) => {
      const parsed = requests[method].params.safeParse(params ?? {})
      if (!parsed.success)
        return refusal(
          new Problem('DB-1602', `The page sent a ${method} that does not parse: ${parsed.error.message}.`),
        )
      try {
        return await service.handle(method, parsed.data)
      } catch (error) {
        return refusal(asProblem(error))
      }
    })
  }
  const stops = (Object.keys(notifications) as Topic[]).map((topic) =>
    service.on(topic, (news) => void connection.sendNotification(topic, news).catch(() => undefined)),
  )
  connection.onClose(() => {
    for (const stop of stops) stop()
  })
  connection.listen()
}

function refusal(problem: Problem): ResponseError<Refusal> {
  const { code, what, todo, place } = problem
  return new ResponseError(REFUSED, problem.message, { code, what, todo, place })
}
