import { isCallable } from './closures.ts'
import { Kind, type CallNode } from './nodes.ts'
import type { Run } from './run.ts'
import type { Value } from './value.ts'

const speaking =
  /^(builtins\.print|display|displayHTML|IPython\.display\..*|logging\.(?!basicConfig)\w+|pprint\.pprint|tqdm\..*)$/
const speakingMethods = /^(info|debug|warning|error|exception|critical)$/

/** Functions that compute something and leave no trace, or that only serve to call notebooks. */
const traceless =
  /^(builtins\.(?!exec$|eval$|open$|input$|setattr$|delattr$|__import__$|exit$|quit$)\w+|time\.(time|perf_counter|monotonic)|datetime\..*|math\..*|json\.(dumps|loads)|uuid\.\w+|os\.path\.\w+|functools\..*|itertools\..*|collections\..*|concurrent\.futures\..*|multiprocessing\..*|threading\.Thread|asyncio\.(to_thread|gather)|joblib\..*|dbutils\.widgets\.get|dbutils\.notebook\.run|pathlib\..*|posixpath\..*|logging\..*)$/
const tracelessMethods =
  /^(append|extend|add|update|setdefault|pop|insert|copy|count|index|sort|items|keys|values|get|result|done|exception|format|join|strip|lstrip|rstrip|lower|upper|title|replace|split|startswith|endswith|removeprefix|removesuffix|strftime|isoformat|total_seconds|start|close|shutdown)$/

/** Tells the flow what is called besides notebooks. What the notebook's own functions call is seen when they are looked into. */
export function noteCallee(run: Run, node: CallNode, value: Value, method: string | null): void {
  const { flow } = run
  if (flow === null || value.objects.some(isCallable)) return
  const { leftExpr } = node.d
  const text = run.frame.program.text.slice(leftExpr.start, leftExpr.start + leftExpr.length)
  const names = method === null ? value.library : value.library.map((name) => `${name}.${method}`)
  const tells = (name: string): boolean => speaking.test(name)
  if (names.length > 0) {
    if (names.every(tells)) return flow.other(run, text, 'speaks')
    if (names.every((name) => traceless.test(name) || tells(name))) return
    return flow.other(run, text, 'matters')
  }
  if (method === null) return flow.other(run, text, 'matters')
  if (speakingMethods.test(method) && leftExpr.nodeType === Kind.MemberAccess) return flow.other(run, text, 'speaks')
  if (!tracelessMethods.test(method)) flow.other(run, text, 'matters')
}
