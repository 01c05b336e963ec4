// Where a cell that could not be read stands after its document has changed: rows that were removed
// take theirs along, rows that moved keep theirs.
import { pointerParts, escape, type Json } from '../../use/diff'
import type { Unread } from '../../use/recovery'

const KEYS: readonly string[] = ['code', 'id', 'name']
type Row = { [key: string]: Json | undefined }

const isRow = (v: Json | undefined): v is Row => typeof v === 'object' && v !== null && !Array.isArray(v)

/** A row is the same object, else it has the same key, else it stands in the same place of a list as long. */
function placeOf(row: Json | undefined, i: number, before: Json[], after: Json[], keys: readonly string[]): number {
  const same = row === undefined ? -1 : after.indexOf(row)
  if (same >= 0) return same
  const key = isRow(row) && keys.find((k) => typeof row[k] === 'string')
  const alike = key ? after.findIndex((r) => isRow(r) && r[key] === row[key]) : -1
  if (alike >= 0) return alike
  return before.length === after.length ? i : -1
}

function moved(pointer: string, before: Json | undefined, after: Json | undefined, keys: readonly string[]): string | null {
  const path: string[] = []
  for (const part of pointerParts(pointer)) {
    if (Array.isArray(before) && Array.isArray(after)) {
      const i = Number(part)
      const at = placeOf(before[i], i, before, after, keys)
      if (at < 0) return null
      path.push(String(at))
      before = before[i]
      after = after[at]
    } else {
      path.push(escape(part))
      before = isRow(before) ? before[part] : undefined
      after = isRow(after) ? after[part] : undefined
    }
  }
  return path.map((p) => `/${p}`).join('')
}

export function moveUnread(unread: Unread, before: Json, after: Json, keys: readonly string[] = []): Unread {
  const all = [...KEYS, ...keys]
  const cells = Object.entries(unread).flatMap(([pointer, text]) => {
    const at = moved(pointer, before, after, all)
    return at === null ? [] : [[at, text] as const]
  })
  return Object.fromEntries(cells)
}
