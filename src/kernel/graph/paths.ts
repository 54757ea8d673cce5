/**
 * A path as the steps from its root. The spellings of one file are one (`dbfs:/x`, `/dbfs/x` and `/x`, `s3a:` and `s3:`); what follows the first
 * wildcard is any file of its folder.
 */
export function pathSteps(path: string): readonly string[] {
  const plain = path
    .replace(/^dbfs:\/*/, '/')
    .replace(/^\/dbfs\//, '/')
    .replace(/^file:\/*/, '/')
    .replace(/^s3[an]:/i, 's3:')
    .replace(/^(abfs|wasb):/i, '$1s:')
  const scheme = /^[a-z][a-z0-9+.-]*:\/*/i.exec(plain)?.[0] ?? ''
  const steps: string[] = [scheme !== '' ? scheme.replace(/\/+$/, '').toLowerCase() : plain.startsWith('/') ? '/' : '.']
  for (const step of plain.slice(scheme.length).split('/')) {
    if (/[*?[{]/.test(step)) break
    if (step === '..' && steps.length > 1) steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps
}
