import { t, type TextKey } from '../../texts'

const KNOWN = new Set(['start', 'forward', 'back', 'withdraw', 'reject', 'pass', 'reopen', 'delegate', 'urge', 'signed'])

/** An act as a word; one that these pages do not know yet stands as it is. */
export const actText = (act: string) => (KNOWN.has(act) ? t(`act.${act}` as TextKey) : act)

export interface MoreAct {
  act: 'urge' | 'delegate' | 'reject'
  reason?: string
  to?: string
  clause?: string
  user_id?: number
}
