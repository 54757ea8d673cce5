import { useCallback, useEffect, useState } from 'react'
import type { ExportView } from '../../kernel/contract/index.ts'
import { usePage, useSession } from '../state/index.ts'

const settle = 500

/** The job that the notebook would become now: asked for when `wanted`, and again when the text has changed and settled. */
export function usePlan(wanted: boolean): { plan: ExportView | null; loading: boolean; refresh: () => void } {
  const session = useSession()
  const rev = usePage((page) => `${page.notebook?.doc} ${page.notebook?.rev}`)
  const [answer, setAnswer] = useState<{ plan: ExportView | null; of: string } | null>(null)
  const [again, setAgain] = useState(0)
  useEffect(() => {
    if (!wanted) return
    let outdated = false
    const ask = () =>
      void session.previewExport().then((plan) => {
        if (!outdated) setAnswer({ plan, of: rev })
      })
    const timer = setTimeout(ask, again === 0 ? 0 : settle)
    return () => {
      outdated = true
      clearTimeout(timer)
    }
  }, [session, wanted, rev, again])
  const refresh = useCallback(() => setAgain((count) => count + 1), [])
  return { plan: answer?.plan ?? null, loading: wanted && answer?.of !== rev, refresh }
}
