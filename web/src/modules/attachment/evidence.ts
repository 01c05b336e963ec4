// One item of evidence while it is typed and saved at once.
import type { Evidence } from '../../api/types'

const TYPED = ['day', 'document', 'attachment_id'] as const

/** What a person writes of it, to compare. */
export const typed = (row: Evidence) => JSON.stringify(TYPED.map((key) => row[key]))

/** The server's row `now`, with what was written since `before` kept. */
export function rebased(row: Evidence, before: Evidence, now: Evidence): Evidence {
  const mine = TYPED.filter((key) => row[key] !== before[key])
  return { ...now, ...Object.fromEntries(mine.map((key) => [key, row[key]])) }
}
