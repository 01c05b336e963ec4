// Before and after of an entry in words: one line for each label that either has.
import type { Said } from '../../api/types'
import { say, t } from '../../texts'
import { seatText } from '../session/seat'
import { stateText } from '../user/state'

export interface Change {
  label: string
  before: string
  after: string
}

type Values = Record<string, unknown>

/** A text that is no JSON object stands under no label. */
function read(text: string | null): Values {
  if (!text) return {}
  try {
    const found: unknown = JSON.parse(text)
    return found && typeof found === 'object' && !Array.isArray(found) ? (found as Values) : { '': found }
  } catch {
    return { '': text }
  }
}

/** Rows as "label: value" and lists with a mark between, so that no brackets reach the reader. */
function word(value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return t(value ? 'field.yes' : 'field.no')
  if (Array.isArray(value)) return value.map(word).filter(Boolean).join(t('page.and'))
  if (typeof value === 'object') {
    const parts = Object.entries(value).map(([key, v]) => [key, word(v)])
    return parts.flatMap(([key, v]) => (v ? t('audit.pair', { key: key!, value: v }) : [])).join(t('audit.between'))
  }
  return stateText(seatText(String(value)))
}

/** A save of a dossier is noted as its differences, each with its own label. */
function differences({ changes, ...rest }: Values): Change[] {
  const own = (changes as (Said & { before: unknown; after: unknown })[]).map((c) => ({ label: say(c), before: word(c.before), after: word(c.after) }))
  return [...own, ...labelled({}, rest)]
}

function labelled(was: Values, is: Values): Change[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].map((label) => ({ label, before: word(was[label]), after: word(is[label]) }))
}

export function changesOf(before: string | null, after: string | null): Change[] {
  const [was, is] = [read(before), read(after)]
  return (Array.isArray(is.changes) ? differences(is) : labelled(was, is)).filter((c) => c.before || c.after)
}

/** Under which labels an entry says what its object is called, the best first; the log keeps labels in Chinese. */
export const NAMES = ['名称', '姓名', '推进区', '文件名', '副本文件名', '文件', '村名', '节日', '草案', '批次', '别名', '市', '账户'] as const

/** What the object was called then, else before; '' where the entry does not say. */
export function calledIn(before: string | null, after: string | null): string {
  const [was, is] = [read(before), read(after)]
  for (const label of NAMES) {
    const name = word(is[label]) || word(was[label])
    if (name) return name
  }
  return ''
}
