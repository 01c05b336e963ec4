// The settings that are one of a few words; the list of the server gives ranges, not choices.
import { t } from '../../texts'

const POLICIES = ['djbh3', 'asvs'] as const
const WHO = ['off', 'staff', 'all'] as const
const WORDS: readonly string[] = [...POLICIES, ...WHO]
type Word = (typeof POLICIES)[number] | (typeof WHO)[number]

export function choicesOf(key: string): readonly Word[] | null {
  if (key === 'password.policy') return POLICIES
  return key === 'login.totp' ? WHO : null
}

export const valueText = (key: string, value: string) =>
  choicesOf(key) && WORDS.includes(value) ? t(`setting.${value as Word}`) : value
