import type { Run } from '../run.ts'
import { thing, unknown, type Thing, type Value } from '../value.ts'

/** What a deep copy gives: other objects, of the same classes, with other objects in them. Functions and classes stay themselves. */
export function deepCopy(run: Run, value: Value): Value {
  const copies = new Map<Thing, Thing>()
  const copyOf = (object: Thing): Thing => {
    const known = copies.get(object)
    if (known !== undefined) return known
    const isCopied = object.kind === 'value' || object.kind === 'instance' || object.kind === 'stateful'
    if (!isCopied || copies.size > mostCopied) return object
    const { kind, classes, container, fills } = object
    const made = thing(kind, {
      many: true,
      ...(classes && { classes }),
      ...(container && { container }),
      ...(fills && { fills }),
    })
    copies.set(object, made)
    run.state.addParts(made, run.state.partsOf(object).map(copyOf))
    return made
  }
  return { ...unknown, objects: value.objects.map(copyOf) }
}

const mostCopied = 200

/** What a copy gives: other objects of the same classes, with the same objects in them. */
export function shallowCopy(run: Run, value: Value): Value {
  const objects = value.objects.map((object) => {
    if (object.kind !== 'value' && object.kind !== 'instance') return object
    const { kind, classes, container, fills } = object
    const made = thing(kind, {
      many: true,
      ...(classes && { classes }),
      ...(container && { container }),
      ...(fills && { fills }),
    })
    run.state.addParts(made, run.state.partsOf(object))
    return made
  })
  return { ...unknown, objects }
}
