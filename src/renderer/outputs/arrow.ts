import { tableFromIPC, type Column, type DataType, type Table } from '@uwdata/flechette'

/** A cell of a result table, ready to be shown. `special` tells what is not a value like others: NULL, NaN, an empty text. */
export interface ShownValue {
  readonly text: string
  readonly special: 'null' | 'nan' | 'empty' | null
}

/** A page of rows, decoded lazily. Nothing is rounded: 64-bit integers, decimals and timestamps keep every digit. */
export interface RowPage {
  readonly rows: number
  value(row: number, column: number): ShownValue
}

/** The numbers of Arrow's format that are needed here. */
const Type = {
  Int: 2,
  Float: 3,
  Binary: 4,
  Utf8: 5,
  Bool: 6,
  Decimal: 7,
  Date: 8,
  Time: 9,
  Timestamp: 10,
  Duration: 18,
} as const

/** Decodes an Arrow IPC stream. */
export function readPage(bytes: Uint8Array): RowPage {
  const table: Table = tableFromIPC(bytes, { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true })
  const columns = table.names.map((_, at): [Column<unknown>, DataType] => {
    const column = table.getChildAt(at)
    return [column, column.type]
  })
  return {
    rows: table.numRows,
    value(row, at) {
      const found = columns[at]
      return found === undefined ? showValue(null, null) : showValue(found[0].at(row), found[1])
    },
  }
}

/** Text for one value of the given Arrow type. */
export function showValue(value: unknown, type: DataType | null): ShownValue {
  if (value === null || value === undefined) return { text: 'NULL', special: 'null' }
  if (typeof value === 'number' && Number.isNaN(value)) return { text: 'NaN', special: 'nan' }
  const text = valueText(value, type)
  return text === '' ? { text: 'empty', special: 'empty' } : { text, special: null }
}

function valueText(value: unknown, type: DataType | null): string {
  switch (type?.typeId) {
    case Type.Decimal:
      return decimalText(value as bigint | number, (type as { scale: number }).scale)
    case Type.Date:
      return new Date(Number(value)).toISOString().slice(0, 10)
    case Type.Timestamp: {
      const { unit, timezone } = type as { unit: number; timezone: string | null }
      return timestampText(value as bigint, unit, timezone)
    }
    case Type.Time:
      return clockText(BigInt(value as bigint | number), (type as { unit: number }).unit)
    case Type.Float:
      return floatText(value as number)
    default:
      return plainText(value, type)
  }
}

/** `-12.50` of the unscaled integer and its scale. */
export function decimalText(unscaled: bigint | number, scale: number): string {
  const digits = BigInt(unscaled).toString()
  const sign = digits.startsWith('-') ? '-' : ''
  const padded = digits.slice(sign.length).padStart(scale + 1, '0')
  return scale <= 0 ? digits : `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

const perSecond = [1n, 1000n, 1_000_000n, 1_000_000_000n]

/** A timestamp with every digit of its unit that is not a trailing zero group; an instant is told in its own time zone. */
export function timestampText(value: bigint, unit: number, zone: string | null): string {
  const per = perSecond[unit] ?? 1n
  const seconds = floorDivide(value, per)
  const clock = new Date(Number(seconds) * 1000)
  const when = zone === null || zone === 'UTC' || zone === 'Etc/UTC' ? utcText(clock) : zonedText(clock, zone)
  return when + fraction(value - seconds * per, unit)
}

function utcText(clock: Date): string {
  return clock
    .toISOString()
    .replace('T', ' ')
    .replace(/\.000Z$/, '')
}

const formats = new Map<string, Intl.DateTimeFormat>()

function zonedText(clock: Date, zone: string): string {
  let format = formats.get(zone)
  if (format === undefined) {
    const two = '2-digit'
    const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const
    try {
      format = new Intl.DateTimeFormat('sv-SE', { ...fields, timeZone: zone })
    } catch {
      return `${utcText(clock)} UTC`
    }
    formats.set(zone, format)
  }
  return format.format(clock)
}

function clockText(value: bigint, unit: number): string {
  const per = perSecond[unit] ?? 1n
  const seconds = value / per
  return new Date(Number(seconds) * 1000).toISOString().slice(11, 19) + fraction(value % per, unit)
}

/** `.120` or `.000123`: whole groups of three digits, none if all are zero. */
function fraction(rest: bigint, unit: number): string {
  if (rest === 0n) return ''
  return `.${rest
    .toString()
    .padStart(unit * 3, '0')
    .replace(/(000)+$/, '')}`
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value >= 0n || value % by === 0n ? value / by : value / by - 1n
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  return Object.is(value, -0)
    ? '-0.0'
    : Number.isInteger(value) && Math.abs(value) < 1e15
      ? `${value}.0`
      : String(value)
}

function plainText(value: unknown, type: DataType | null): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array && type?.typeId === Type.Binary) {
    return `0x${Array.from(value.slice(0, 32), (byte) => byte.toString(16).padStart(2, '0')).join('')}${value.length > 32 ? '…' : ''}`
  }
  return nestedText(value)
}

/** Lists, maps and structs as JSON, with long integers in full. */
function nestedText(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object') return ''
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    return `[${Array.from(value as unknown as Iterable<unknown>, nestedText).join(', ')}]`
  }
  return `{${Object.entries(value)
    .map(([key, part]) => `"${key}": ${nestedText(part)}`)
    .join(', ')}}`
}

/** Numbers are set right-aligned, so that their digits stand under each other. */
export function isNumeric(type: string): boolean {
  return /^(tiny|small|big)?int(?!erval)|^integer|^long|^short|^byte|^float|^double|^decimal|^u?int\d/i.test(type)
}
