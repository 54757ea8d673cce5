import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { decodePart, encodePart, physicalSchema } from './names.ts'
import { openWarehouse } from './index.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dagbook-warehouse-'))
  folders.push(folder)
  return folder
}

function commitName(version: number): string {
  return `${String(version).padStart(20, '0')}.json`
}

/** Does to a folder what a Delta writer does: a data file, a commit, and what it writes over in place. */
function write(folder: string, text: string): void {
  const log = join(folder, '_delta_log')
  mkdirSync(log, { recursive: true })
  const version = readdirSync(log).filter((name) => /^\d+\.json$/.test(name)).length
  writeFileSync(join(folder, `part-${version}-${text}.parquet`), text, { flag: 'wx' })
  writeFileSync(join(log, '_last_checkpoint'), `checkpoint ${version} ${text}`)
  writeFileSync(join(log, `${String(0).padStart(20, '0')}.checkpoint.parquet`), `all ${text}`)
  writeFileSync(join(log, `${String(version).padStart(20, '0')}.crc`), text)
  writeFileSync(join(log, commitName(version)), `{"commit":"${text}"}`, { flag: 'wx' })
}

/** Every file of a table with its content. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  )
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

function baseFolder(project: string, ...parts: string[]): string {
  return join(project, '.dagbook', 'warehouse', ...parts)
}

test('lists the tables of the project by their names', async () => {
  const project = newProject()
  write(baseFolder(project, 'main', 'sales', 'orders'), 'a')
  write(baseFolder(project, encodePart('my-catalog'), 'default', 't'), 'a')
  mkdirSync(baseFolder(project, 'main', 'sales', 'no_table'), { recursive: true })
  expect(await (await openWarehouse(project)).list()).toEqual(['main.sales.orders', 'my-catalog.default.t'])
})

test('finds a thousand tables', async () => {
  const project = newProject()
  for (let index = 0; index < 1000; index++) write(baseFolder(project, 'main', `s${index % 10}`, `t${index}`), 'a')
  expect(await (await openWarehouse(project)).list()).toHaveLength(1000)
})

test('a stamp changes with every commit and is null for no table', async () => {
  const project = newProject()
  const warehouse = await openWarehouse(project)
  expect(await warehouse.stamp('main.sales.orders')).toBeNull()
  write(baseFolder(project, 'main', 'sales', 'orders'), 'a')
  const first = await warehouse.stamp('main.sales.orders')
  expect(await warehouse.stamp('main.sales.orders')).toBe(first)
  write(baseFolder(project, 'main', 'sales', 'orders'), 'b')
  expect(await warehouse.stamp('main.sales.orders')).not.toBe(first)
})

test('the same version of another table has another stamp', async () => {
  const project = newProject()
  const warehouse = await openWarehouse(project)
  write(baseFolder(project, 'main', 's', 't'), 'a')
  write(baseFolder(project, 'main', 's', 'u'), 'b')
  expect(await warehouse.stamp('main.s.t')).not.toBe(await warehouse.stamp('main.s.u'))
})

test('a new version of nothing has no folder yet', async () => {
  const warehouse = await openWarehouse(newProject())
  const place = await warehouse.newVersion('d', 'main.s.t', null, 'r1')
  expect(place.location).toBeNull()
  expect(place.physical).toBe('d__r1__main__s.t')
})

test('a version and its source never change each other', async () => {
  const steps = fc.array(fc.record({ side: fc.nat(1), text: fc.stringMatching(/^[a-z]{1,4}$/) }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (before, after) => {
      const project = newProject()
      const warehouse = await openWarehouse(project)
      const base = baseFolder(project, 'main', 's', 't')
      for (let index = 0; index < before; index++) write(base, `x${index}`)
      const version = (await warehouse.newVersion('d', 'main.s.t', base, 'r1')).location!
      const sides = [base, version] as const
      expect(contents(version)).toEqual(contents(base))
      for (const { side, text } of after) {
        const other = contents(sides[side === 0 ? 1 : 0])
        write(sides[side]!, text)
        expect(contents(sides[side === 0 ? 1 : 0])).toEqual(other)
      }
      const kept = contents(version)
      rmSync(base, { recursive: true })
      expect(contents(version)).toEqual(kept)
    }),
    { numRuns: 40 },
  )
})

test('a version shares its data with its source', async () => {
  const project = newProject()
  const warehouse = await openWarehouse(project)
  const base = baseFolder(project, 'main', 's', 't')
  write(base, 'a')
  const version = (await warehouse.newVersion('d', 'main.s.t', base, 'r1')).location!
  expect(statSync(join(version, 'part-0-a.parquet')).ino).toBe(statSync(join(base, 'part-0-a.parquet')).ino)
  expect(existsSync(join(version, '_delta_log', commitName(0)))).toBe(true)
})

test('dropping a version leaves the others and the project alone', async () => {
  const project = newProject()
  const warehouse = await openWarehouse(project)
  const base = baseFolder(project, 'main', 's', 't')
  write(base, 'a')
  const one = (await warehouse.newVersion('d', 'main.s.t', base, 'r1')).location!
  const two = (await warehouse.newVersion('d', 'main.s.t', base, 'r2')).location!
  await warehouse.drop(one)
  expect(existsSync(one)).toBe(false)
  expect(contents(two)).toEqual(contents(base))
  await warehouse.drop(base)
  expect(existsSync(base)).toBe(true)
})

test('promoting a version adds its commits to the project’s table', async () => {
  const project = newProject()
  const warehouse = await openWarehouse(project)
  const base = baseFolder(project, 'main', 's', 't')
  write(base, 'a')
  const expectedStamp = await warehouse.stamp('main.s.t')
  const location = (await warehouse.newVersion('d', 'main.s.t', base, 'r1')).location!
  write(location, 'b')
  write(location, 'c')
  const before = statSync(base).ino
  await warehouse.promote('d', [{ table: 'main.s.t', location, expectedStamp }])
  expect(statSync(base).ino).toBe(before)
  const now = contents(base)
  for (const name of ['part-1-b.parquet', 'part-2-c.parquet', `_delta_log/${commitName(2)}`]) {
    expect(now[name]).toBe(contents(location)[name])
  }
})

test('promoting replaces, makes and drops tables', async () => {
  const project = newProject()
  const warehouse = await openWarehouse(project)
  write(baseFolder(project, 'main', 's', 'replaced'), 'old')
  write(baseFolder(project, 'main', 's', 'dropped'), 'old')
  const other = join(project, '.dagbook', 'drafts', 'd', 'r1', 'main', 's')
  write(join(other, 'replaced'), 'new')
  write(join(other, 'made'), 'new')
  await warehouse.promote('d', [
    {
      table: 'main.s.replaced',
      location: join(other, 'replaced'),
      expectedStamp: await warehouse.stamp('main.s.replaced'),
    },
    { table: 'main.s.made', location: join(other, 'made'), expectedStamp: null },
    { table: 'main.s.dropped', location: null, expectedStamp: await warehouse.stamp('main.s.dropped') },
  ])
  expect(await warehouse.list()).toEqual(['main.s.made', 'main.s.replaced'])
  expect(contents(baseFolder(project, 'main', 's', 'replaced'))).toEqual(contents(join(other, 'replaced')))
  expect(readdirSync(join(project, '.dagbook')).sort()).toEqual(['drafts', 'warehouse'])
})

test('promoting changes nothing if one of the tables moved', async () => {
  const project = newProject()
  const warehouse = await openWarehouse(project)
  for (const table of ['t', 'u']) write(baseFolder(project, 'main', 's', table), 'a')
  const stamps = [await warehouse.stamp('main.s.t'), await warehouse.stamp('main.s.u')]
  const t = (await warehouse.newVersion('d', 'main.s.t', baseFolder(project, 'main', 's', 't'), 'r1')).location!
  write(t, 'b')
  write(baseFolder(project, 'main', 's', 'u'), 'somebody else')
  const before = contents(baseFolder(project))
  const promotion = warehouse.promote('d', [
    { table: 'main.s.t', location: t, expectedStamp: stamps[0]! },
    { table: 'main.s.u', location: null, expectedStamp: stamps[1]! },
  ])
  await expect(promotion).rejects.toMatchObject({ code: 'DB-1304' })
  expect(contents(baseFolder(project))).toEqual(before)
})

test('a save that a crash cut short is finished at the next open', async () => {
  const project = newProject()
  const own = join(project, '.dagbook')
  const base = baseFolder(project, 'main', 's', 't')
  write(base, 'old')
  write(join(own, 'moving-1', '0.new'), 'new')
  const wanted = contents(join(own, 'moving-1', '0.new'))
  const step = { table: 'main.s.t', base, way: 'replace', from: '', aside: join(own, 'moving-1', '0') }
  const nobody = 2 ** 22 + 1
  writeFileSync(join(own, 'promotion.json'), JSON.stringify({ owner: nobody, steps: [step] }))
  await openWarehouse(project)
  expect(contents(base)).toEqual(wanted)
  expect(readdirSync(own)).toEqual(['warehouse'])
})

test('a save that a crash stopped before it began is undone', async () => {
  const project = newProject()
  const own = join(project, '.dagbook')
  const base = baseFolder(project, 'main', 's', 't')
  write(base, 'old')
  const before = contents(base)
  write(join(own, 'moving-1', '0.new'), 'new')
  writeFileSync(join(own, 'promotion.json'), JSON.stringify({ owner: 2 ** 22 + 1, steps: null }))
  await openWarehouse(project)
  expect(contents(base)).toEqual(before)
  expect(readdirSync(own)).toEqual(['warehouse'])
})

test('drafts of dead processes are collected, others and those to keep are not', async () => {
  const project = newProject()
  const warehouse = await openWarehouse(project)
  const drafts = join(project, '.dagbook', 'drafts')
  for (const draft of ['dead', 'kept']) {
    mkdirSync(join(drafts, draft), { recursive: true })
    writeFileSync(join(drafts, draft, 'owner'), String(2 ** 22 + 1))
  }
  await warehouse.newVersion('mine', 'main.s.t', null, 'r1')
  expect(await warehouse.collectDrafts(['kept'])).toEqual(['dead'])
  expect(readdirSync(drafts).sort()).toEqual(['kept', 'mine'])
})

test('names of folders and schemas can be told apart and read back', () => {
  const part = fc.oneof(fc.stringMatching(/^[a-z_x0-9-]{1,6}$/), fc.string({ minLength: 1, maxLength: 5 }))
  fc.assert(
    fc.property(part, part, part, part, (a, b, c, d) => {
      expect(decodePart(encodePart(a))).toBe(a)
      const same = a === c && b === d
      expect(physicalSchema(['base'], a, b) === physicalSchema(['base'], c, d)).toBe(same)
      expect(physicalSchema(['base'], a, b)).toMatch(/^[a-z0-9_]+$/)
    }),
  )
})

test('a name that is no table is refused', async () => {
  const warehouse = await openWarehouse(newProject())
  for (const name of ['t', 's.t', 'main.s.', 'main.s.a/b']) {
    await expect(warehouse.basePlace(name)).rejects.toMatchObject({ code: 'DB-1603' })
  }
})
