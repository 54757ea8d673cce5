import nodeModule from '@zzzen/pyright-internal/dist/parser/parseNodes.js'
import tokenModule from '@zzzen/pyright-internal/dist/parser/tokenizerTypes.js'
import { expect, test } from 'vitest'
import { ArgumentKind, Keyword, Kind, Operator, ParameterKind, StringFlag, TokenKind } from './nodes.ts'
import { parsePython } from './syntax.ts'

test('our constants are those that the parser has at run time', () => {
  const has = (object: object, name: string): Record<string, number> =>
    (object as Record<string, Record<string, number>>)[name]!
  for (const [ours, theirs] of [
    [Kind, has(nodeModule, 'ParseNodeType')],
    [ArgumentKind, has(nodeModule, 'ArgCategory')],
    [ParameterKind, has(nodeModule, 'ParamCategory')],
    [TokenKind, has(tokenModule, 'TokenType')],
    [Operator, has(tokenModule, 'OperatorType')],
    [Keyword, has(tokenModule, 'KeywordType')],
    [StringFlag, has(tokenModule, 'StringTokenFlags')],
  ] as const) {
    for (const [name, value] of Object.entries(ours)) expect(`${name} ${value}`).toBe(`${name} ${theirs[name]}`)
  }
})

test.each([
  'try:\n  pass\nexcept A, B:\n  pass',
  'def f():\n  try:\n    pass\n  finally:\n    return 1',
  "t'a{b}'",
  'def f(x: "this is no type"): pass',
  'x = 1 # type: not a type',
  'match x:\n  case {"a": [b, *_]} if b: pass',
  'type A[T = int] = list[T]',
  'async with a as b, c as d: pass',
  'await f()',
])('reads %j', (source) => {
  expect(parsePython(source).problems).toEqual([])
})

test.each([
  ['x = (1', '('],
  ['for i in x:\nprint(i)', 'print'],
  ['x = = 1', '= 1'],
  ['if x\n  y', '\n'],
  ['def f(:\n  pass', ':'],
])('says where %j is no Python', (source, at) => {
  const [first] = parsePython(source).problems
  expect(source.slice(first!.where.start)).toMatch(new RegExp(`^${at.replace(/[()]/g, '\\$&')}`))
})

test.each([
  ['x = 1\n!ls -l\nif x:\n    %time y = 2\nz = !ls', 'x = 1\n0     \nif x:\n    0;    y = 2\nz = 0  '],
  ['%%time\nx = 1\n%matplotlib inline', '0     \nx = 1\n0                 '],
  ['%%bash\nls | grep x\necho', '0     \n           \n    '],
  ['d = (a\n % c)', 'd = (a\n % c)'],
  ['s = """\n%x\n"""', 's = """\n%x\n"""'],
])('puts harmless code of the same length in place of the magics of %j', (source, masked) => {
  expect(parsePython(source).text).toBe(masked)
  expect(parsePython(source).problems).toEqual([])
})
