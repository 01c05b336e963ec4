// The states of a draft, with the word and look of each.
import { t, type TextKey } from '../../texts'

const TONES = { editing: 'now', sent: 'wait', published: 'ok', dropped: 'none' } as const
export type DraftState = keyof typeof TONES

export const stateText = (state: DraftState | null) => (state ? t(`pack.${state}` as TextKey) : '')
export const stateTone = (state: DraftState | null) => (state ? TONES[state] : 'none')
/** The beginning of a hash is enough to tell versions apart. */
export const shortHash = (hash: string | null) => hash?.slice(0, 12) ?? '—'
