// What the engine says of values, in words: its own signs are for those who write rules.
import type { Desk } from '../zone/desk'
import { isPart, partText, targetText, type Target } from '../zone/desk'
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

const SIGNS: Record<string, () => string> = { in: () => t('why.oneOf'), 'not in': () => t('why.noneOf') }
export const signText = (sign: string) => SIGNS[sign]?.() ?? sign

/** Where a pointer leads, if to a part of the dossier. */
export function placeOf(desk: Pick<Desk, 'pack'>, pointer: string | undefined): Target | null {
  const part = pointer?.startsWith('/') ? desk.pack.partOf(pointer) : undefined
  return pointer && isPart(part) ? { part, pointer } : null
}

/** "村庄 4 · 类型", "项目 P2 · 资金来源"; what lies outside the dossier by its pointer. */
export function placeText(desk: Pick<Desk, 'pack' | 'draft'>, pointer: string): string {
  const target = placeOf(desk, pointer)
  if (!target) return pointer.replace(/^batch:\/?/, `${t('nav.batch')} · `)
  const label = desk.pack.label(pointer)
  const where = targetText(desk, target)
  return label === partText(target.part) || label === pointer ? where : `${where} · ${label}`
}
