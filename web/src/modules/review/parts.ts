// The parts of a blind dossier, in the order in which an expert turns its pages: those of the pack, but
// that the plan stands in the overview, and what a project costs beside the project.
import { at, type Json } from '../../use/diff'
import type { Dossier } from '../../api/types'
import { isTable, type Pack, type PackField } from '../pack/pack'
import { itemsOf } from '../zone/items'

export const OVERVIEW = 'overview'
export const FILES = 'files'
type Row = { [key: string]: Json | undefined }

/** Which pages of the pack a part is made of. */
function foldOf(pack: Pack, key: string): string {
  const projects = pack.homeOf('/plan/projects')
  if (key === pack.homeOf('/funds') || key === projects) return projects
  return key === pack.homeOf('/zone') || key === pack.field('/plan')?.part ? OVERVIEW : key
}

export function blindParts(pack: Pack): string[] {
  const own = pack.parts.map((p) => p.key).filter((key) => key !== 'attachments' && key !== 'exceptions')
  return [...new Set([OVERVIEW, ...own.map((key) => foldOf(pack, key)), FILES])]
}

/** Where the facts of a rule stand. */
export function partOfRule(pack: Pack, rule: string): string {
  const [first] = pack.rules.get(rule)?.at ?? []
  const part = first ? pack.part(pack.partOf(first))?.key : undefined
  return part && part !== 'exceptions' ? foldOf(pack, part) : OVERVIEW
}

/** Fields of one object of a part, or one table, with what they hold. */
export interface Group {
  pointer: string
  fields: PackField[]
  row: Row
  rows?: Row[]
}

const isShown = (pointer: string) => pointer.startsWith('/plan/projects') || pointer.startsWith('/funds')

export function groupsOf(pack: Pack, part: string, dossier: Dossier): Group[] {
  const pages = pack.parts.map((p) => p.key).filter((key) => foldOf(pack, key) === part)
  const groups: Group[] = []
  for (const { pointer, field } of pages.flatMap((page) => itemsOf(pack, page)).filter((i) => !isShown(i.pointer))) {
    const home = pointer.slice(0, pointer.lastIndexOf('/'))
    const held = (where: string) => at(dossier as unknown as Json, where)
    const last = groups[groups.length - 1]
    if (isTable(field)) groups.push({ pointer, fields: field.fields ?? [], row: {}, rows: (held(pointer) ?? []) as Row[] })
    else if (last && !last.rows && last.pointer === home) last.fields.push(field)
    else groups.push({ pointer: home, fields: [field], row: (held(home) ?? {}) as Row })
  }
  return groups
}
