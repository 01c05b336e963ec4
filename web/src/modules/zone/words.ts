// A pointer and a value of the dossier in words.
import { t } from '../../texts'
import { pointerParts, type Json } from '../../use/diff'
import { fenOf, inUnit } from '../../use/money'
import { language } from '../../texts'
import { keyOf, type Pack } from '../pack/pack'

export function valueText(pack: Pack, pointer: string, value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return t('field.none')
  if (typeof value === 'boolean') return t(value ? 'field.yes' : 'field.no')
  const field = pack.field(pointer)
  if (field?.type === 'money') return inUnit(fenOf(value as string, field.unit), field.unit)
  if (Array.isArray(value)) return value.map((v) => valueText(pack, pointer, v)).join('、')
  if (typeof value === 'object') return String(value.name ?? value.code ?? value.id ?? JSON.stringify(value))
  const choice = pack.choices(pointer).find((c) => c.value === value)
  return choice ? choice[language.value] : String(value)
}

/** "项目 P2 › 服务项目": rows by their own name, else by their number from 1. */
export function pointerText(pack: Pack, pointer: string, get: (pointer: string) => Json | undefined): string {
  let at = ''
  const words: string[] = []
  for (const part of pointerParts(pointer)) {
    at += `/${part}`
    if (/^\d+$/.test(part) && words.length) {
      const row = get(at)
      const own = row && typeof row === 'object' && !Array.isArray(row) ? (row.name ?? row.id ?? row[keyOf(pack.field(at)) ?? '']) : undefined
      words[words.length - 1] += ` ${own ?? Number(part) + 1}`
    } else if (at !== '/plan') words.push(pack.label(at))
  }
  return words.join(' › ')
}
