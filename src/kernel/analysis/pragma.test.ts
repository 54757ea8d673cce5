import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPragma } from './pragma.ts'

const namespace = { catalog: 'main', schema: 'sales' }
const read = (source: string, comment: '#' | '--' | '<!--' = '#') => readPragma(source, comment, namespace)
const effects = (source: string) =>
  read(source).pragma.effects.map(
    (effect) => `${effect.mode} ${effect.resource}${effect.view ? ` ~${effect.view}` : ''}`,
  )

describe('a note', () => {
  test('says all that the design lists', () => {
    const source =
      '# dagbook: writes=main.sales.orders reads=/Volumes/raw/in after=load_orders run=manual task=bronze as=orders_clean'
    const { pragma, findings } = read(source)
    expect(findings).toEqual([])
    expect(pragma).toMatchObject({ run: 'manual', task: 'bronze', as: 'orders_clean', after: ['load_orders'] })
    expect(
      pragma.effects.map(({ mode, resource, where }) => [mode, resource, source.slice(where.start, where.end)]),
    ).toEqual([
      ['write', 'table:main.sales.orders', 'main.sales.orders'],
      ['read', 'path:/Volumes/raw/in', '/Volumes/raw/in'],
    ])
  })

  test.each([
    ['# dagbook: reads=a,b.c,X.Y.`Z z`', ['read table:main.sales.a ~a', 'read table:main.b.c', 'read table:x.y.z z']],
    [
      '# dagbook: updates=view:V,name:df,table:t,table:*',
      ['update view:v', 'update name:df', 'update table:main.sales.t ~t', 'update table:*'],
    ],
    ['# dagbook: reads="/in/a b,c",s3://b/k', ['read path:/in/a b,c', 'read path:s3://b/k']],
    [
      '# a comment\n\n#dagbook: reads=a\n# dagbook : writes=b\nx = 1',
      ['read table:main.sales.a ~a', 'write table:main.sales.b ~b'],
    ],
  ])('%s', (source, expected) => {
    expect(read(source).findings).toEqual([])
    expect(effects(source)).toEqual(expected)
  })

  test('stands in SQL and in Markdown too', () => {
    expect(read('-- dagbook: as=orders\nSELECT 1', '--').pragma.as).toBe('orders')
    expect(read('<!-- dagbook: run=off -->\n# Title', '<!--').pragma.run).toBe('off')
    expect(read('<!-- dagbook: task=a -->', '<!--')).toMatchObject({ pragma: { task: 'a' }, findings: [] })
  })

  test('is not what another comment says', () => {
    expect(read('# dagbooks: x\n# see dagbook: y\nx = 1')).toEqual({ pragma: { after: [], effects: [] }, findings: [] })
  })
})

test.each([
  ['# dagbook: write=a', 'write'],
  ['# dagbook: reads', 'reads'],
  ['# dagbook: reads=', 'reads='],
  ['# dagbook: reads=a,,b', 'reads=a,,b'],
  ['# dagbook: reads=a.b.c.d', 'a.b.c.d'],
  ['# dagbook: reads=a,b;c', 'b;c'],
  ['# dagbook: run=always', 'always'],
  ['# dagbook: run=auto\n# dagbook: run=off', 'off'],
  ['# dagbook: task=a/b', 'a/b'],
  ['# dagbook: as=2x', '2x'],
  ['# dagbook: after=Load!', 'Load!'],
  ['x = 1\n  # dagbook: run=off', '# dagbook: run=off'],
])('%s is a finding', (source, at) => {
  const { findings } = read(source)
  expect(findings.map(({ code, where }) => [code, source.slice(where.start, where.end)])).toEqual([
    ['unknown-pragma', at],
  ])
})

test('every word of a note is an effect, a setting or a finding inside the text', () => {
  const word = fc.oneof(
    fc.constantFrom('reads=a', 'run=auto', 'x=1', 'after=b,c', 'as=é', 'writes=/a b', 'updates="', 'task'),
    fc.string({ maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const source = `# dagbook: ${words.join(' ').replaceAll('\n', '')}`
      const { pragma, findings } = read(source)
      const said = pragma.effects.length + pragma.after.length + Object.keys(pragma).length - 2 + findings.length
      if (source.slice('# dagbook:'.length).trim() !== '') expect(said).toBeGreaterThan(0)
      for (const { where } of findings) {
        expect(where.start).toBeGreaterThanOrEqual(0)
        expect(where.end).toBeGreaterThan(where.start)
        expect(where.end).toBeLessThanOrEqual(source.length)
      }
    }),
  )
})
