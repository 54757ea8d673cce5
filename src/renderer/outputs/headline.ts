import type { RunErrorView } from '../../kernel/contract/index.ts'

/** An error as people read it: the sentence, and the name or code to look it up by. */
export interface Headline {
  readonly text: string
  /** Further lines of the message; empty if there are none. */
  readonly more: string
  readonly code: string
}

/**
 * What to say first of an error. A message that is a sentence stands alone; one that means nothing without its type (`'missing'`
 * of a KeyError) has it in front. A refusal of Dagbook itself loses the marks that it has for logs: its place and its code.
 */
export function headline({ name, message }: Pick<RunErrorView, 'name' | 'message'>): Headline {
  if (name === 'Problem') {
    const [, code] = /\s*\[(DB-\d{4})\]\s*$/.exec(message) ?? []
    const text = message.replace(/\s*\[DB-\d{4}\]\s*$/, '').replace(/ \((?:[^()]*, )?cell [^()]*\)(?= |$)/, '')
    return { text, more: '', code: code ?? '' }
  }
  const [first = '', ...rest] = message.trim().split('\n')
  const text = first === '' ? name : isSentence(first) ? first : `${name}: ${first}`
  return { text, more: rest.join('\n').trim(), code: name }
}

/** Whether a message says by itself what happened: a few words that begin as words do. */
function isSentence(text: string): boolean {
  return /^[\p{L}`]/u.test(text) && text.split(/\s+/).length >= 3
}
