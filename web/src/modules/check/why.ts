// What the engine says of values, in words: its own signs are for those who write rules.
import type { Condition } from '../../api/types'
import type { Desk } from '../zone/desk'
import { targetText, type Target } from '../zone/desk'
import { t } from '../../texts'

const WORDS: Record<string, () => string> = {
  true: () => t('field.yes'),
  false: () => t('field.no'),
  null: () => t('why.null'),
}

/** "unknown(/villages/5/type)" and true, false, null as words, also inside a list. */
export function spoken(value: string): string {
  return value
    .replace(/unknown\([^)]*\)?/g, t('why.unknown'))
    .replace(/(^|[[ :])(true|false|null)(?=$|[\],}])/g, (_, before: string, word: string) => before + WORDS[word]!())
}

/** A value of a condition, without the signs of text and list. */
export const plain = (value: string) => spoken(value).replace(/^\[(.*)\]$/, '$1').replace(/"/g, '')

const SIGNS: Record<string, () => string> = {
  in: () => t('why.oneOf'),
  'not in': () => t('why.noneOf'),
  '=': () => t('why.equal'),
  '≠': () => t('why.unequal'),
  '≥': () => t('why.least'),
  '≤': () => t('why.most'),
  '>': () => t('why.over'),
  '<': () => t('why.under'),
}
export const signText = (sign: string) => SIGNS[sign]?.() ?? sign

/** A condition that does not hold as one sentence, without the signs of those who write rules. */
export function sentence(desk: Pick<Desk, 'pack' | 'draft'>, c: Condition): string {
  const place = c.at && placeOf(desk, c.at) ? placeText(desk, c.at) : ''
  if (c.sign === 'exists') return t('why.sought', { place, actual: plain(c.actual), among: plain(c.required).split('.').pop()! })
  const yesNo = c.required === 'true' || c.required === 'false'
  const field = c.at ? desk.pack.field(c.at)?.type : undefined
  if (yesNo && field !== 'bool') return t('why.fails', { place: place || c.expression })
  const known = { place: place || c.expression, actual: plain(c.actual), required: `${signText(c.sign)} ${plain(c.required)}`.trim() }
  return c.distance ? t('why.sentenceBy', { ...known, distance: c.distance }) : t('why.sentence', known)
}

/** Where a pointer leads, if to a part of the dossier. */
export function placeOf(desk: Pick<Desk, 'pack'>, pointer: string | undefined): Target | null {
  const part = pointer?.startsWith('/') ? desk.pack.partOf(pointer) : undefined
  return pointer && part && desk.pack.part(part) ? { part, pointer } : null
}

/** "村庄 4 · 类型", "项目 P2 · 资金来源"; what lies outside the dossier by its pointer. */
export function placeText(desk: Pick<Desk, 'pack' | 'draft'>, pointer: string): string {
  const target = placeOf(desk, pointer)
  if (!target) return pointer.replace(/^batch:\/?/, `${t('nav.batch')} · `)
  const label = desk.pack.label(pointer)
  const where = targetText(desk, target)
  return label === desk.pack.partText(target.part) || label === pointer ? where : `${where} · ${label}`
}
