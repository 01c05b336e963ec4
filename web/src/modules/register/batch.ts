// What may be done to several rows at once, and what became of each.
import { ApiError } from '../../api/client'
import type { RegisterForm, RegisterResult, RegisterRow } from '../../api/register'
import { api } from '../../api'
import { t } from '../../texts'
import { asApiError } from '../../use/load'
import { actsOf, stepOf } from './acts'
import { label } from './register'

export interface BatchAct<Row = RegisterRow> {
  key: string
  /** With the count of the rows upon which it can be done. */
  text: string
  rows: readonly Row[]
  primary?: boolean
  /** Label of the words that it needs. */
  reason?: string
  run: (rows: readonly Row[], reason: string) => Promise<readonly RegisterResult[]>
}

function failed(id: number, e: ApiError): RegisterResult {
  return { id, code: e.code, field: e.field, zh: e.said.zh, en: e.said.en }
}

/** One request for each row, one after the other: each has its own right, its own entry in the log and
 * its own result, and what fails holds up no other. Where there is no server, the rest waits undone. */
export async function each<Row extends { id: number }>(rows: readonly Row[], act: (row: Row) => Promise<unknown>): Promise<RegisterResult[]> {
  const results: RegisterResult[] = []
  let lost: ApiError | null = null
  for (const row of rows) {
    if (lost) {
      results.push(failed(row.id, lost))
      continue
    }
    try {
      await act(row)
      results.push({ id: row.id, code: 'ok', field: null, zh: null, en: null })
    } catch (e) {
      const error = asApiError(e)
      if (error.code === 'offline') lost = error
      results.push(failed(row.id, error))
    }
  }
  return results
}

/** The acts of a register's steps: one request for all rows of one act, named as their step names it. */
export function registerActs(form: RegisterForm, rows: readonly RegisterRow[]): BatchAct[] {
  return (['reopen', 'back', 'forward'] as const).flatMap((act) => {
    const word = (r: RegisterRow) => label(act === 'forward' ? stepOf(form, r)!.does : stepOf(form, r)!.returns)
    const all = rows.filter((r) => actsOf(form, r).includes(act))
    const backward = act !== 'forward'
    return [...new Set(all.map(word))].map((text) => {
      const fit = all.filter((r) => word(r) === text)
      return {
        key: `${act} ${text}`,
        text: t('register.actN', { act: text, n: fit.length }),
        rows: fit,
        primary: !backward,
        reason: backward ? t('register.whyReturn') : undefined,
        run: async (chosen, reason) => {
          const body = { act, rows: chosen.map((r) => ({ id: r.id, version: r.version })), ...(backward ? { reason } : {}) }
          return (await api.register.batch(form.noun, body)).rows
        },
      } satisfies BatchAct
    })
  })
}
