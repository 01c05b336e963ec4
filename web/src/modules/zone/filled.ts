// How many of the fields that this dossier has are filled in. A list counts its rows' fields.
import type { Dossier } from '../../api/types'
import type { Json } from '../../use/diff'
import type { Pack, PackField } from '../pack/pack'

type Row = { [key: string]: Json | undefined }

export function filled(dossier: Dossier, pack: Pack): { done: number; all: number } {
  const count = { done: 0, all: 0 }
  walk(pack.fields, dossier as unknown as Row, count)
  return { done: count.done, all: Math.max(count.all, 1) }
}

function walk(fields: PackField[], row: Row, count: { done: number; all: number }): void {
  for (const field of fields) {
    const value = row[field.key]
    if (field.type === 'map') continue
    if (field.type === 'list' && field.fields && Array.isArray(value) && value.length)
      for (const one of value) walk(field.fields, one as Row, count)
    else if (field.type === 'object' && field.fields) walk(field.fields, (value as Row) ?? {}, count)
    else {
      count.all += 1
      if (value !== undefined && value !== null && value !== '') count.done += 1
    }
  }
}
