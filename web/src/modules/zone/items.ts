// What stands on a page of the dossier, as its dictionary says: fields of the dossier and of its objects, and tables.
import type { Pack, PackField } from '../pack/pack'
import { isTable } from '../pack/pack'

export interface Item {
  pointer: string
  field: PackField
  /** The objects that it stands in, from the top; those alone whose page this is. */
  homes: { pointer: string; field: PackField }[]
}

/** Those that pages of their own show. */
const COMMON = new Set(['/zone', '/county', '/villages', '/plan/projects', '/funds', '/exceptions'])

function below(fields: PackField[], at: string, part: string, inherited: string | undefined, homes: Item['homes']): Item[] {
  return fields.flatMap((field) => {
    const pointer = `${at}/${field.key}`
    const own = field.part ?? inherited
    if (!field.fields || isTable(field)) return own === part ? [{ pointer, field, homes }] : []
    return below(field.fields, pointer, part, own, own === part ? [...homes, { pointer, field }] : homes)
  })
}

export const itemsOf = (pack: Pack, part: string): Item[] => below(pack.fields, '', part, undefined, [])

/** What the pack adds to a page, or all of a page of its own. */
export const ownItems = (pack: Pack, part: string): Item[] =>
  itemsOf(pack, part).filter((i) => ![...COMMON].some((c) => i.pointer === c || i.pointer.startsWith(`${c}/`)))
