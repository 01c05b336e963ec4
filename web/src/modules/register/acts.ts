// What the user may do to a row in its state; the server asks again, and knows whose hand it was.
import type { RegisterAct, RegisterForm, RegisterRow } from '../../api/register'

/** A dated row that is known stays as it is: its writer makes another in its place. */
export const isKnown = (form: RegisterForm, row: RegisterRow) => form.dated && Boolean(row.known_from)
export const isClosed = (row: RegisterRow) => Boolean(row.known_to)

const isDraft = (form: RegisterForm, row: RegisterRow) => !form.states || row.state === 'draft' || row.state === 'returned'
export const isWriters = (form: RegisterForm, row: RegisterRow) => (isKnown(form, row) ? !isClosed(row) : isDraft(form, row))

export function actsOf(form: RegisterForm, row: RegisterRow): RegisterAct[] {
  const { write, check, decide } = form.may
  if (!form.states || isKnown(form, row)) return []
  if (isWriters(form, row)) return write ? ['send'] : []
  if (row.state === 'sent') return check ? ['return', 'pass'] : []
  if (row.state === 'checked') return decide ? ['return', 'pass'] : []
  return check ? ['return'] : []
}
