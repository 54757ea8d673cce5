/** Texts and lists of texts as Python literals. JSON is Python here. */
export function python(value: string | readonly string[]): string {
  return typeof value === 'string' ? JSON.stringify(value) : `[${value.map((each) => JSON.stringify(each)).join(', ')}]`
}
