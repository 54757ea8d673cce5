import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitStatements } from './index.ts'

const split = (sql: string) => splitStatements(sql).map(({ start, end }) => sql.slice(start, end))

test.each<[string, string[]]>([
  ['', []],
  [' ; ;\n-- nothing\n', []],
  ['SELECT 1', ['SELECT 1']],
  ['SELECT 1 ; SELECT 2;', ['SELECT 1', 'SELECT 2']],
  [
    "SELECT ';', \"a;b\", `c;d`, r';\\' -- e;f\n; /* g;h */ SELECT 2",
    ["SELECT ';', \"a;b\", `c;d`, r';\\'", 'SELECT 2'],
  ],
  ["SELECT 'it\\'s;'; SELECT 2", ["SELECT 'it\\'s;'", 'SELECT 2']],
  ['/* a /* b; */ c; */ SELECT 1', ['SELECT 1']],
  [
    'CREATE FUNCTION f() RETURNS INT LANGUAGE PYTHON AS $$ a; b $$; SELECT 1',
    ['CREATE FUNCTION f() RETURNS INT LANGUAGE PYTHON AS $$ a; b $$', 'SELECT 1'],
  ],
  ['BEGIN SELECT 1; SELECT 2; END; SELECT 3', ['BEGIN SELECT 1; SELECT 2; END', 'SELECT 3']],
  [
    'x: BEGIN IF a THEN BEGIN b; END; ELSEIF c THEN d; END IF; END x; SELECT 3',
    ['x: BEGIN IF a THEN BEGIN b; END; ELSEIF c THEN d; END IF; END x', 'SELECT 3'],
  ],
  [
    'BEGIN l: LOOP LEAVE l; END LOOP l; WHILE a DO b; END WHILE; REPEAT c; UNTIL d END REPEAT; END; E',
    ['BEGIN l: LOOP LEAVE l; END LOOP l; WHILE a DO b; END WHILE; REPEAT c; UNTIL d END REPEAT; END', 'E'],
  ],
  [
    'BEGIN SELECT CASE WHEN a THEN if(b, 1, 2) ELSE c END; CASE x WHEN 1 THEN y; ELSE z; END CASE; END; E',
    ['BEGIN SELECT CASE WHEN a THEN if(b, 1, 2) ELSE c END; CASE x WHEN 1 THEN y; ELSE z; END CASE; END', 'E'],
  ],
  [
    'BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN a; END; b; END; E',
    ['BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN a; END; b; END', 'E'],
  ],
  ['SELECT CASE WHEN 1 THEN 2 END; SELECT 3', ['SELECT CASE WHEN 1 THEN 2 END', 'SELECT 3']],
  ['BEGIN TRANSACTION; SELECT 1', ['BEGIN TRANSACTION', 'SELECT 1']],
  ["SELECT 1; SELECT 'a; b", ['SELECT 1', "SELECT 'a; b"]],
  ["SELECT 1; 'a; b", ['SELECT 1', "'a; b"]],
])('%s', (sql, statements) => {
  expect(split(sql)).toEqual(statements)
})

test('what is left out is blanks, comments and semicolons', () => {
  const piece = fc.constantFrom(
    'SELECT 1',
    ';',
    "'a;b'",
    '-- c;\n',
    '/* d; */',
    'BEGIN',
    'END',
    'IF',
    'THEN',
    'CASE',
    ' ',
    '`e;`',
    'x',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const sql = pieces.join(' ')
      let at = 0
      let left = ''
      for (const { start, end } of splitStatements(sql)) {
        expect(start).toBeGreaterThanOrEqual(at)
        expect(end).toBeGreaterThan(start)
        left += sql.slice(at, start)
        at = end
      }
      left += sql.slice(at)
      expect(left.replace(/--[^\n]*|\/\*.*?\*\//gs, '').replace(/[\s;]/g, '')).toBe('')
    }),
  )
})
