import { describe, expect, test } from 'vitest'
import type { DocumentPatch, Edit } from '../../kernel/contract/index.ts'
import { ConnectionLost, KernelRefused } from '../connection/link.ts'
import { EditQueue } from './edit-queue.ts'
import { addEdit, editsToRecover, rebaseEdits } from './edits.ts'
import { editNotebook, patchNotebook, type Notebook } from './notebook.ts'
import { testCell, testNotebook } from './notebook.testing.ts'

/** `'a:x=1 b:y=2'`: cells with their text. */
function notebook(text: string, more: Partial<Notebook> = {}): Notebook {
  const cells = text
    .split(' ')
    .filter(Boolean)
    .map((one) => {
      const [id, source] = one.split(':') as [string, string]
      return testCell(id, { source })
    })
  return testNotebook(cells, more)
}
const text = ({ order, cells }: Notebook) => order.map((id) => `${id}:${cells[id]!.source}`).join(' ')
const change = (cell: string, source: string): Edit => ({ op: 'change', cell, source })
const insert = (cell: string, after: string | null, source = ''): Edit => ({
  op: 'insert',
  cell,
  after,
  kind: 'python',
  title: null,
  source,
})
const refusal = (code: string) => new KernelRefused({ code, what: 'no', todo: '', place: {} })

describe('edits of a notebook', () => {
  test('each edit does what its name says', () => {
    const before = notebook('a:1 b:2 c:3')
    expect(text(editNotebook(before, change('b', '9')))).toBe('a:1 b:9 c:3')
    expect(text(editNotebook(before, insert('n', 'a', 'x')))).toBe('a:1 n:x b:2 c:3')
    expect(text(editNotebook(before, insert('n', null, 'x')))).toBe('n:x a:1 b:2 c:3')
    expect(text(editNotebook(before, { op: 'delete', cell: 'b' }))).toBe('a:1 c:3')
    expect(text(editNotebook(before, { op: 'move', cell: 'a', after: 'c' }))).toBe('b:2 c:3 a:1')
    expect(text(before)).toBe('a:1 b:2 c:3')
  })

  test('changes of one cell that wait become one; a change of a new cell becomes part of it', () => {
    expect(addEdit([change('a', '1'), change('b', '2')], change('a', '3'))).toEqual([
      change('a', '3'),
      change('b', '2'),
    ])
    expect(addEdit([insert('n', null)], change('n', 'x'))).toEqual([insert('n', null, 'x')])
    expect(addEdit([change('a', '1'), { op: 'delete', cell: 'a' }], insert('a', null))).toHaveLength(3)
  })

  test('text for a cell that someone deleted becomes a new cell at its place', () => {
    const shown = notebook('a:1 b:2 c:3')
    const edits = rebaseEdits([change('b', 'typed')], { shown, origin: shown, now: notebook('a:1 c:3') })
    expect(text(edits.reduce(editNotebook, notebook('a:1 c:3')))).toBe('a:1 b:typed c:3')
  })

  test('cells that a new kernel names anew are found by their key', () => {
    const now = notebook('a2:1 b2:2')
    const renamed = { ...now, cells: { a2: { ...now.cells.a2!, key: 'a' }, b2: { ...now.cells.b2!, key: 'b' } } }
    const shown = notebook('a:1 b:2')
    const edits = rebaseEdits([change('b', 'typed')], { shown, origin: shown, now: renamed })
    expect(edits).toEqual([change('b2', 'typed')])
  })

  test('what a lost kernel had accepted is brought back, unless it kept it or it was saved', () => {
    const shown = notebook('a:1 b:typed n:new', { dirty: true })
    const now = notebook('a:1 b:2', { doc: 'd2' })
    expect(text(editsToRecover(shown, now).reduce(editNotebook, now))).toBe('a:1 b:typed n:new')
    expect(editsToRecover(shown, { ...now, dirty: true })).toEqual([])
    expect(editsToRecover({ ...shown, dirty: false }, now)).toEqual([])
    expect(editsToRecover(shown, { ...now, doc: 'd' })).toEqual([])
  })
})

describe('patches', () => {
  test('a patch replaces what it names and drops cells that are not in the order', () => {
    const cell = { ...notebook('b:9').cells.b!, mode: 'manual' as const }
    const after = patchNotebook(notebook('a:1 b:2 c:3'), { doc: 'd', rev: 2, order: ['b', 'a'], cells: [cell] })
    expect(text(after)).toBe('b:9 a:1')
    expect(Object.keys(after.cells).toSorted()).toEqual(['a', 'b'])
    expect(after.rev).toBe(2)
  })

  test('an older patch changes neither text nor order', () => {
    const before = notebook('a:new b:2', { rev: 5 })
    const old = { ...before.cells.a!, source: 'old', mode: 'manual' as const }
    const after = patchNotebook(before, { doc: 'd', rev: 4, order: ['b'], cells: [old] })
    expect(text(after)).toBe('a:new b:2')
    expect(after.cells.a!.mode).toBe('manual')
  })
})

describe('the queue of edits', () => {
  function queueWith(
    send: (rev: number, edits: Edit[]) => Promise<{ rev: number }>,
    reread = () => notebook('a:1 b:2'),
  ) {
    const refused: string[] = []
    const clashed: string[] = []
    const queue = new EditQueue({
      send: (_doc, rev, edits) => send(rev, edits),
      reread: async () => reread(),
      refused: ({ code }) => refused.push(code),
      clashed: (cells) => clashed.push(...cells),
      changed: () => undefined,
    })
    queue.open(notebook('a:1 b:2'))
    return { queue, refused, clashed }
  }

  test('typed text is shown at once and sent once', async () => {
    const sent: Edit[][] = []
    const { queue } = queueWith(async (rev, edits) => (sent.push(edits), { rev: rev + 1 }))
    queue.push([change('a', 'x')], false)
    queue.push([change('a', 'xy')], false)
    expect(text(queue.shown()!)).toBe('a:xy b:2')
    await queue.flush()
    expect(sent).toEqual([[change('a', 'xy')]])
    expect(queue.shown()).toMatchObject({ rev: 2, dirty: true })
  })

  test('news from the kernel never overwrites text that is on its way', async () => {
    const gate = Promise.withResolvers<{ rev: number }>()
    const { queue } = queueWith(() => gate.promise)
    queue.push([change('a', 'typed')], true)
    const flushed = queue.flush()
    const patch: DocumentPatch = { doc: 'd', rev: 1, cells: Object.values(notebook('a:other b:other').cells) }
    queue.patch(patch)
    expect(text(queue.shown()!)).toBe('a:typed b:other')
    gate.resolve({ rev: 2 })
    await flushed
    expect(text(queue.shown()!)).toBe('a:typed b:other')
  })

  test('text typed while an edit is on its way is sent after it', async () => {
    const sent: Edit[][] = []
    const { queue } = queueWith(async (rev, edits) => {
      sent.push(edits)
      if (sent.length === 1) queue.push([change('a', 'second')], false)
      return { rev: rev + 1 }
    })
    queue.push([change('a', 'first')], false)
    await queue.flush()
    expect(sent).toEqual([[change('a', 'first')], [change('a', 'second')]])
    expect(text(queue.shown()!)).toBe('a:second b:2')
  })

  test('a refused stale edit is made again on the newer text', async () => {
    const revs: number[] = []
    const { queue } = queueWith(
      async (rev) => {
        revs.push(rev)
        if (rev === 1) throw refusal('DB-1302')
        return { rev: rev + 1 }
      },
      () => notebook('a:1 b:elsewhere', { rev: 7 }),
    )
    queue.push([change('a', 'typed')], false)
    await queue.flush()
    expect(revs).toEqual([1, 7])
    expect(text(queue.shown()!)).toBe('a:typed b:elsewhere')
  })

  test('an edit that the kernel will not take keeps its text in the page, and the others go through', async () => {
    const kept: string[] = []
    const { queue, refused } = queueWith(async (rev, edits) => {
      if (edits.some((edit) => edit.op === 'change' && edit.source === 'bad')) throw refusal('DB-1010')
      kept.push(...edits.map((edit) => edit.cell))
      return { rev: rev + 1 }
    })
    queue.push([change('a', 'bad'), change('b', 'good')], false)
    await expect(queue.flush()).rejects.toBeInstanceOf(KernelRefused)
    expect(kept).toEqual(['b'])
    expect(refused).toEqual(['DB-1010'])
    expect(text(queue.shown()!)).toBe('a:bad b:good')
    queue.push([change('a', 'mended')], false)
    await queue.flush()
    expect(kept).toEqual(['b', 'a'])
    expect(queue.refusals()).toEqual({})
  })

  test('when the connection breaks, nothing is lost, and it is sent when the kernel is back', async () => {
    let broken = true
    const sent: Edit[][] = []
    const { queue } = queueWith(async (rev, edits) => {
      if (broken) throw new ConnectionLost()
      sent.push(edits)
      return { rev: rev + 1 }
    })
    queue.push([change('a', 'typed')], false)
    await expect(queue.flush()).rejects.toBeInstanceOf(ConnectionLost)
    expect(text(queue.shown()!)).toBe('a:typed b:2')
    broken = false
    queue.resume(notebook('a:1 b:elsewhere', { rev: 3 }))
    await queue.flush()
    expect(sent).toEqual([[change('a', 'typed')]])
    expect(text(queue.shown()!)).toBe('a:typed b:elsewhere')
  })

  /** What the kernel tells of texts that are at `rev` now. */
  const patchTo = (rev: number, cells: string): DocumentPatch => ({
    doc: 'd',
    rev,
    cells: Object.values(notebook(cells).cells),
  })

  test('two pages that type in one cell at once both keep every letter', async () => {
    const sent: Edit[][] = []
    const { queue, clashed } = queueWith(async (rev, edits) => (sent.push(edits), { rev: rev + 1 }))
    queue.push([change('a', '1mine')], false)
    queue.patch(patchTo(2, 'a:theirs1'))
    expect(text(queue.shown()!)).toBe('a:theirs1mine b:2')
    await queue.flush()
    expect(sent).toEqual([[change('a', 'theirs1mine')]])
    expect(clashed).toEqual([])
  })

  test('text that was refused because the other page was faster is merged with theirs, and typing goes on', async () => {
    const sent: Edit[][] = []
    let kernel = notebook('a:1 b:2', { rev: 1 })
    const { queue, clashed } = queueWith(
      async (rev, edits) => {
        if (sent.length === 0 && kernel.rev === 1) {
          kernel = { ...editNotebook(kernel, change('a', '1theirs')), rev: 2 }
          queue.patch(patchTo(2, 'a:1theirs'))
          queue.push([change('a', '1mine,more')], false)
        }
        if (rev !== kernel.rev) throw refusal('DB-1302')
        sent.push(edits)
        kernel = { ...edits.reduce(editNotebook, kernel), rev: rev + 1 }
        queue.patch({ doc: 'd', rev: kernel.rev, cells: Object.values(kernel.cells) })
        return { rev: kernel.rev }
      },
      () => kernel,
    )
    queue.push([change('a', '1mine')], false)
    await queue.flush()
    expect(kernel.cells.a!.source).toBe('1theirsmine,more')
    expect(text(queue.shown()!)).toBe('a:1theirsmine,more b:2')
    expect(clashed).toEqual(['a'])
  })

  test('the echo of our own edit does not double what was typed since', async () => {
    const { queue, clashed } = queueWith(async (rev, edits) => {
      const { source } = edits[0] as { source: string }
      queue.patch(patchTo(rev + 1, `a:${source}`))
      if (source === '12') queue.push([change('a', '123')], false)
      return { rev: rev + 1 }
    })
    queue.push([change('a', '12')], false)
    await queue.flush()
    expect(text(queue.shown()!)).toBe('a:123 b:2')
    expect(clashed).toEqual([])
  })

  test('text for a cell that another page deletes meanwhile comes back as a cell', async () => {
    const sent: Edit[][] = []
    const { queue } = queueWith(async (rev, edits) => (sent.push(edits), { rev: rev + 1 }))
    queue.push([change('b', 'typed')], false)
    queue.patch({ doc: 'd', rev: 2, order: ['a'] })
    expect(text(queue.shown()!)).toBe('a:1 b:typed')
    await queue.flush()
    expect(sent).toEqual([[insert('b', 'a', 'typed')]])
  })

  test('text that the kernel will not take is merged with what others write there', async () => {
    const { queue } = queueWith(async () => {
      throw refusal('DB-1010')
    })
    queue.push([change('a', '1bad')], false)
    await queue.flush().catch(() => undefined)
    queue.patch(patchTo(2, 'a:x1'))
    expect(text(queue.shown()!)).toBe('a:x1bad b:2')
  })

  test('an edit that arrived although its answer was lost is not made twice', async () => {
    const sent: Edit[][] = []
    const { queue, clashed } = queueWith(async (rev, edits) => {
      sent.push(edits)
      if (sent.length === 1) throw new ConnectionLost()
      return { rev: rev + 1 }
    })
    queue.push([insert('n', 'b', 'x'), change('a', '12')], false)
    const broken = queue.flush()
    queue.push([change('a', '123')], false)
    queue.resume(notebook('a:12 b:2 n:x', { rev: 2 }))
    await broken.catch(() => undefined)
    await queue.flush()
    expect(text(queue.shown()!)).toBe('a:123 b:2 n:x')
    expect(
      sent
        .slice(1)
        .flat()
        .filter(({ op }) => op === 'insert'),
    ).toEqual([])
    expect(clashed).toEqual([])
  })

  test('an answer that comes after a reconnect does not confirm anything', async () => {
    const first = Promise.withResolvers<{ rev: number }>()
    let calls = 0
    const { queue } = queueWith((rev) => (calls++ === 0 ? first.promise : Promise.resolve({ rev: rev + 1 })))
    queue.push([change('a', 'typed')], false)
    const flushed = queue.flush()
    queue.resume(notebook('a:1 b:2', { rev: 10 }))
    first.resolve({ rev: 2 })
    await flushed
    expect(calls).toBe(2)
    expect(queue.shown()).toMatchObject({ rev: 11 })
    expect(text(queue.shown()!)).toBe('a:typed b:2')
  })
})
