// What may be attached, and what hangs on a record twice.
import type { Attachment } from '../../api/types'
import { FILE_KINDS } from '../../api/rows'

/** For the chooser of files: ".pdf,.jpg,…". */
export const ACCEPTED = FILE_KINDS.split('、').map((kind) => `.${kind}`).join(',')
export { FILE_KINDS }

/** Id → the name of the oldest other file with the same content; rows oldest first. */
export function twins(rows: Pick<Attachment, 'id' | 'name' | 'digest'>[]): Map<number, string> {
  const first = new Map<string, { id: number; name: string }>()
  const found = new Map<number, string>()
  for (const a of rows) {
    const known = first.get(a.digest)
    if (known) found.set(a.id, known.name)
    else first.set(a.digest, a)
  }
  return found
}
