// Differences between two documents by JSON pointer, and a merge of two edits of one base.
// Rows of a list are matched by their own key (code, id, name), so that a removed row does not
// turn all the later ones into changes.
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined }

export interface Change {
  pointer: string
  before: Json | undefined
  after: Json | undefined
}

const KEYS: readonly string[] = ['code', 'id', 'name']
type Row = { [key: string]: Json | undefined }

const isRow = (v: Json | undefined): v is Row => typeof v === 'object' && v !== null && !Array.isArray(v)
const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b)

export function escape(part: string): string {
  return part.replace(/~/g, '~0').replace(/\//g, '~1')
}

export function pointerParts(pointer: string): string[] {
  return pointer.split('/').slice(1).map((p) => p.replace(/~1/g, '/').replace(/~0/g, '~'))
}

export function at(doc: Json | undefined, pointer: string): Json | undefined {
  return pointerParts(pointer).reduce<Json | undefined>((node, part) => {
    if (Array.isArray(node)) return node[Number(part)]
    return isRow(node) ? node[part] : undefined
  }, doc)
}

function rowKey(list: Json[], keys: readonly string[] = KEYS): string | undefined {
  return keys.find((key) => {
    const all = list.map((row) => (isRow(row) ? row[key] : undefined))
    return list.length > 0 && all.every((v) => typeof v === 'string') && new Set(all).size === all.length
  })
}

/** Pointers count in `after`; a removed row is named by its place in `before`. */
export function diff(before: Json | undefined, after: Json | undefined, pointer = ''): Change[] {
  if (same(before, after)) return []
  if (isRow(before) && isRow(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => diff(before[key], after[key], `${pointer}/${escape(key)}`))
  }
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, pointer)
  return [{ pointer, before, after }]
}

function diffLists(before: Json[], after: Json[], pointer: string): Change[] {
  const key = rowKey(before.length ? before : after)
  if (!key || (after.length > 0 && rowKey(after) !== key)) {
    const length = Math.max(before.length, after.length)
    return Array.from({ length }, (_, i) => diff(before[i], after[i], `${pointer}/${i}`)).flat()
  }
  const find = (list: Json[], row: Json) => list.findIndex((r) => (r as Row)[key] === (row as Row)[key])
  const kept = after.flatMap((row, i) => {
    const old = find(before, row)
    return diff(old < 0 ? undefined : before[old], row, `${pointer}/${i}`)
  })
  const gone = before.flatMap((row, i) =>
    find(after, row) < 0 ? [{ pointer: `${pointer}/${i}`, before: row, after: undefined }] : [],
  )
  return [...kept, ...gone]
}

export interface Conflict {
  pointer: string
  base: Json | undefined
  mine: Json | undefined
  theirs: Json | undefined
}

/** Three-way merge; where both changed one thing differently, `theirs` stands until told otherwise. keys:
 *  what tells rows apart beside the usual ones. */
export function merge(base: Json | undefined, mine: Json | undefined, theirs: Json | undefined, keys: readonly string[] = []): {
  merged: Json | undefined
  conflicts: Conflict[]
} {
  const conflicts: Conflict[] = []
  const merged = mergeAt(base, mine, theirs, '', { conflicts, keys: [...KEYS, ...keys] })
  return { merged, conflicts }
}

type Node = Json | undefined
/** The keys by which rows are matched, in the order in which they are tried. */
interface Merging {
  conflicts: Conflict[]
  keys: readonly string[]
}

function mergeAt(base: Node, mine: Node, theirs: Node, pointer: string, out: Merging): Node {
  if (same(mine, theirs) || same(base, mine)) return theirs
  if (same(base, theirs)) return mine
  if (isRow(mine) && isRow(theirs) && (isRow(base) || base === undefined || base === null)) {
    const old = isRow(base) ? base : {}
    const merged: Row = {}
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
      const value = mergeAt(old[key], mine[key], theirs[key], `${pointer}/${escape(key)}`, out)
      if (value !== undefined) merged[key] = value
    }
    return merged
  }
  const lists = [base, mine, theirs].filter(Array.isArray) as Json[][]
  const key = rowKey(lists.find((list) => list.length) ?? [], out.keys)
  if (lists.length === 3 && key && lists.every((list) => !list.length || rowKey(list, out.keys) === key))
    return mergeLists(lists[0]!, lists[1]!, lists[2]!, key, pointer, out)
  out.conflicts.push({ pointer, base, mine, theirs })
  return theirs
}

function mergeLists(base: Json[], mine: Json[], theirs: Json[], key: string, at: string, out: Merging) {
  const find = (list: Json[], id: Node) => list.find((row) => (row as Row)[key] === id)
  const ids = new Set([...theirs, ...mine].map((row) => (row as Row)[key]))
  const merged: Json[] = []
  for (const id of ids) {
    const value = mergeAt(find(base, id), find(mine, id), find(theirs, id), `${at}/${merged.length}`, out)
    if (value !== undefined) merged.push(value)
  }
  return merged
}

/** The document with one value put in place; undefined removes it. */
export function put(doc: Json | undefined, pointer: string, value: Json | undefined): Json | undefined {
  const [head, ...rest] = pointerParts(pointer)
  if (head === undefined) return value
  const tail = rest.map((part) => `/${escape(part)}`).join('')
  if (Array.isArray(doc)) {
    const list = [...doc]
    const next = put(list[Number(head)], tail, value)
    if (next === undefined) list.splice(Number(head), 1)
    else list[Number(head)] = next
    return list
  }
  const row: Row = isRow(doc) ? { ...doc } : {}
  const next = put(row[head], tail, value)
  if (next === undefined) delete row[head]
  else row[head] = next
  return row
}
