import { Kind, type ParseNode, type Span } from '../../analysis/index.ts'
import { pythonFacts, type TextFact } from '../python-facts.ts'
import type { CellRule, Found } from '../rule.ts'

/** Keys that can be told by their looks alone. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\bdapi[0-9a-f]{32}(?:-\d)?\b/, 'a Databricks token'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'an AWS access key'],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b/, 'a GitHub token'],
  [/\bxox[abprs]-[0-9A-Za-z-]{10,}/, 'a Slack token'],
  [/\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}\b/, 'an API key'],
  [/\bAIza[0-9A-Za-z_-]{35}\b/, 'a Google API key'],
  [/-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----/, 'a private key'],
  [/AccountKey=[A-Za-z0-9+/]{40,}={0,2}/, 'an Azure storage key'],
  [/[?&;]sig=[A-Za-z0-9%+/]{40,}/, 'a shared access signature'],
  [/^[a-z][a-z0-9+.-]*:\/\/[^\s:/@{}<>]+:(?![{<$*])[^\s:/@{}<>]{4,}@[\w.-]+/i, 'a password in an address'],
  [/[?&;](?:password|pwd)=(?![{<$*&;])[^&;\s{}<>]{4,}/i, 'a password in an address'],
]

const secretName =
  /(?:^|_|\b)(?:password|passwd|pwd|secret|secret_?key|access_?key|api_?key|apikey|private_?key|auth_?token|access_?token|client_?secret|sas_?token|bearer_?token|account_?key)$/i
/** What stands there until somebody writes the real one, and words that are names of secrets. */
const placeholder =
  /^(?:$|[\W_]*$|<.*>|\{.*\}|\$.*|x{3,}.*|\*+|\.{3}|your?\b.*|.*\b(?:your|my|placeholder|example|changeme|change_me|todo|fill|dummy|redacted|none|null|test|token|secret|password|key|scope|here)\b.*|.*(?:_key|_token|_secret|_password|-key|-token|-secret|-password|_name|-name|_id)$)/i

/** A password or key in the text. */
export const secrets: CellRule = function* ({ kind, source, analysis }): Iterable<Found> {
  if (kind !== 'python' || analysis.broken) return
  for (const text of pythonFacts(source).texts) {
    if (text.value.length < 4 || text.value.length > 4_000) continue
    const looks = patterns.find(([pattern]) => pattern.test(text.value))?.[1]
    const name = looks === undefined ? nameFor(text) : null
    if (looks !== undefined) yield found(text.where, `This text looks like ${looks}`)
    else if (name !== null && isSecretName(name) && looksReal(text.value))
      yield found(text.where, `${name} is given as plain text`)
  }
}

function isSecretName(name: string): boolean {
  return secretName.test(name.replace(/([a-z])([A-Z])/g, '$1_$2'))
}

/** A secret is one word, long enough, and no name or path of something. */
function looksReal(value: string): boolean {
  return (
    value.length >= 6 &&
    !/\s/.test(value) &&
    !placeholder.test(value) &&
    !/^[A-Z_]+$/.test(value) &&
    !/^[/.]|^\w+:\/\//.test(value)
  )
}

function found(where: Span, what: string): Found {
  return {
    code: 'secret-in-code',
    where,
    message: `${what}: everybody who can read this notebook has it. Keep it in a secret scope, read it from there, and replace it where it is used.`,
  }
}

/** What a text is given to: a variable, an argument, a key of a dictionary. */
export function nameFor({ node }: TextFact): string | null {
  const list = node.parent
  if (list?.nodeType !== Kind.StringList || list.d.strings.length !== 1) return null
  const owner = list.parent
  if (owner?.nodeType === Kind.Assignment && owner.d.rightExpr === list) return targetName(owner.d.leftExpr)
  if (owner?.nodeType === Kind.Argument) return owner.d.name?.d.value ?? null
  if (owner?.nodeType === Kind.DictionaryKeyEntry && owner.d.valueExpr === list) return plainText(owner.d.keyExpr)
  return null
}

function targetName(target: ParseNode): string | null {
  if (target.nodeType === Kind.Name) return target.d.value
  if (target.nodeType === Kind.MemberAccess) return target.d.member.d.value
  if (target.nodeType === Kind.Index) return plainText(target.d.items[0]?.d.valueExpr)
  if (target.nodeType === Kind.TypeAnnotation) return targetName(target.d.valueExpr)
  return null
}

function plainText(node: ParseNode | undefined): string | null {
  const [text] = node?.nodeType === Kind.StringList ? node.d.strings : []
  return text?.nodeType === Kind.String ? text.d.token.escapedValue : null
}
