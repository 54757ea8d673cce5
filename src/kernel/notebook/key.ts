/** What a cell's key is made of: its title, else the first name or table that it defines. */
export interface Keyed {
  readonly title: string | null
  readonly defines: string | null
}

const longest = 100

/** Letters that Unicode does not take apart by itself. */
const folds: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
  ŋ: 'n',
}

/**
 * The keys of the cells of a notebook, in the same order: `[a-z0-9_]{1,100}`, each different. A cell without title and definition is
 * `cell_N`, N being its place from 1. Of cells that want the same key the first has it, the others get `_2`, `_3`, …, and never
 * the key that another cell would have by itself.
 */
export function cellKeys(cells: readonly Keyed[]): string[] {
  const wanted = cells.map((cell, index) => naturalKey(cell) ?? `cell_${index + 1}`)
  const natural = new Set(wanted)
  const taken = new Set<string>()
  return wanted.map((key) => {
    let unique = key
    for (let number = 2; taken.has(unique) || (unique !== key && natural.has(unique)); number++) {
      const suffix = `_${number}`
      unique = key.slice(0, longest - suffix.length) + suffix
    }
    taken.add(unique)
    return unique
  })
}

function naturalKey({ title, defines }: Keyed): string | null {
  return slug(title ?? '') ?? slug((defines ?? '').split('.').at(-1)!) ?? null
}

/** The text in `[a-z0-9_]{1,100}`, or null if nothing of it is left. */
export function slug(text: string): string | null {
  const plain = text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\x00-\x7f]/g, (letter) => folds[letter] ?? ' ')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, longest)
    .replace(/_+$/, '')
  return plain === '' ? null : plain
}
