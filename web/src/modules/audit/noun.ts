import { t, type TextKey } from '../../texts'

/** Every noun that the program audits; noun.test.ts compares it with the program's text. */
export const NOUNS = [
  'user', 'user_request', 'lock', 'organ', 'setting', 'backup', 'batch', 'batch_entry', 'holiday', 'region', 'draft',
  'zone', 'zone_evidence', 'attachment', 'upload', 'process', 'recommendation', 'recommendation_finding',
  'expert', 'expert_interest', 'draw', 'review', 'selection', 'determination', 'publication', 'objection',
  'saved_view', 'import',
] as const
const KNOWN: ReadonlySet<string> = new Set(NOUNS)
export const nounText = (noun: string | null) => (noun && KNOWN.has(noun) ? t(`noun.${noun}` as TextKey) : (noun ?? ''))
