import { afterEach, expect, test } from 'vitest'
import { openTestSession, type TestSession } from '../../../test/support/session.ts'
import { lessonCodes } from './unrecorded.ts'

let open: TestSession | undefined
afterEach(async () => {
  await open?.close()
  open = undefined
})

/** The last cell but one changes `a` through a name that no text connects with it. */
const hidden = ['import builtins\na = [1]\nbuiltins.keep = a', 'b = [builtins.keep]', 'b[0].append(2)', 'print(a, b)']

function lessons({ session }: TestSession): { code: string; cell: string; message: string }[] {
  return session.view().diagnostics.filter(({ code }) => lessonCodes.has(code))
}

async function ran(...cells: string[]): Promise<TestSession> {
  open = await openTestSession(cells)
  expect(lessons(open)).toEqual([])
  await open.session.runAll()
  await open.session.idle()
  return open
}

test('a change that only a run shows is told, and its note is the answer', async () => {
  const it = await ran(...hidden)
  const told = lessons(it)
  expect(told.map(({ code, cell, message }) => [code, it.ids().indexOf(cell), message])).toEqual([
    ['unforeseen-mutation', 2, expect.stringMatching(/^When this cell ran, it changed a and b\./)],
  ])
  const wanted = it.session.view().diagnostics.find(({ code }) => code === 'unforeseen-mutation')!
  const [fix] = it.session.fixes(wanted, {})!
  expect(fix!.edits).toEqual([
    { op: 'change', cell: it.ids()[2], source: '# dagbook: updates=name:a,name:b\nb[0].append(2)' },
  ])
  await it.change(2, '# dagbook: updates=name:a,name:b\nb[0].append(2)')
  expect(lessons(it)).toEqual([])
  expect(it.session.fixes(wanted, {})).toBeNull()
})

test('a notebook that does what it says teaches nothing', async () => {
  const it = await ran('a = [1]', 'b = a', 'b.append(2)', 'def f(x): x.append(3)', 'f(b)', 'print(a)')
  expect(lessons(it)).toEqual([])
})

test('what a run taught is forgotten with the text that ran', async () => {
  const it = await ran(...hidden)
  await it.change(2, 'print(b)')
  expect(lessons(it)).toEqual([])
})

test('of a cell that is off nothing is said', async () => {
  const it = await ran(...hidden)
  await it.change(2, '# dagbook: run=off\nb[0].append(2)')
  expect(lessons(it)).toEqual([])
})
