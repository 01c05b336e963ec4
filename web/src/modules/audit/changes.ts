// Before and after of an entry in words: one line for each label that either has.
import { t } from '../../texts'
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

function word(value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return t(value ? 'field.yes' : 'field.no')
  if (typeof value === 'object') return JSON.stringify(value)
  return stateText(seatText(String(value)))
}

export function changesOf(before: string | null, after: string | null): Change[] {
  const [was, is] = [read(before), read(after)]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((label) => ({ label, before: word(was[label]), after: word(is[label]) }))
    .filter((c) => c.before || c.after)
}
