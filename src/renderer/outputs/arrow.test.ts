import {
  bool,
  columnFromArray,
  dateDay,
  decimal128,
  float64,
  int64,
  list,
  int32,
  tableFromColumns,
  tableToIPC,
  timestamp,
  utf8,
  type DataType,
} from '@uwdata/flechette'
import { expect, test } from 'vitest'
import { decimalText, isNumeric, readPage, timestampText } from './arrow.ts'

function page(values: unknown[], type: DataType) {
  const bytes = tableToIPC(tableFromColumns({ x: columnFromArray(values, type) }), { format: 'stream' })!
  const read = readPage(bytes)
  return values.map((_, row) => read.value(row, 0))
}
const texts = (values: unknown[], type: DataType) => page(values, type).map((value) => value.text)

test('NULL, NaN and the empty text are three things', () => {
  expect(page([null, 1.5], float64())).toEqual([
    { text: 'NULL', special: 'null' },
    { text: '1.5', special: null },
  ])
  expect(page([Number.NaN], float64())).toEqual([{ text: 'NaN', special: 'nan' }])
  expect(page(['', 'NULL', null], utf8())).toEqual([
    { text: 'empty', special: 'empty' },
    { text: 'NULL', special: null },
    { text: 'NULL', special: 'null' },
  ])
})

test('64-bit integers keep every digit', () => {
  expect(texts([9007199254740993n, -9223372036854775808n], int64())).toEqual([
    '9007199254740993',
    '-9223372036854775808',
  ])
})

test('decimals keep every digit and their scale', () => {
  expect(texts([12.5, -0.05], decimal128(10, 2))).toEqual(['12.50', '-0.05'])
  expect(decimalText(123456789012345678901234567890n, 10)).toBe('12345678901234567890.1234567890')
  expect(decimalText(-5n, 3)).toBe('-0.005')
  expect(decimalText(7n, 0)).toBe('7')
})

test('floats are told from integers', () => {
  expect(texts([1, -0, 0.1, Infinity], float64())).toEqual(['1.0', '-0.0', '0.1', '∞'])
})

test('timestamps keep their microseconds, before 1970 too', () => {
  expect(timestampText(1_357_035_420_000_000n, 2, null)).toBe('2013-01-01 10:17:00')
  expect(timestampText(1_357_035_420_123_456n, 2, 'UTC')).toBe('2013-01-01 10:17:00.123456')
  expect(timestampText(-1n, 3, null)).toBe('1969-12-31 23:59:59.999999999')
  expect(timestampText(1_357_035_420_120n, 1, null)).toBe('2013-01-01 10:17:00.120')
})

test('an instant is told in its own time zone', () => {
  expect(timestampText(1_357_035_420_000_000n, 2, 'America/New_York')).toBe('2013-01-01 05:17:00')
})

test('a page of timestamps is read without rounding', () => {
  expect(texts([new Date('2013-01-01T10:17:00.500Z')], timestamp(2, null))).toEqual(['2013-01-01 10:17:00.500'])
})

test('dates, truth values and lists read as people write them', () => {
  expect(texts([new Date('2013-06-30')], dateDay())).toEqual(['2013-06-30'])
  expect(texts([true, false], bool())).toEqual(['true', 'false'])
  expect(texts([[1, 2, 3]], list(int32()))).toEqual(['[1, 2, 3]'])
})

test('a column that the page does not have is NULL, not an error', () => {
  const bytes = tableToIPC(tableFromColumns({ x: columnFromArray([1], int32()) }), { format: 'stream' })!
  expect(readPage(bytes).value(0, 5).special).toBe('null')
})

test('the types of Spark that are numbers are known', () => {
  expect(['bigint', 'decimal(10,2)', 'double', 'int', 'int64'].every(isNumeric)).toBe(true)
  expect(['string', 'timestamp', 'interval day', 'boolean'].some(isNumeric)).toBe(false)
})
