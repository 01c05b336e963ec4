// What the user may do to a row in its state; the server asks again, and knows whose hand it was.
import type { RegisterAct, RegisterForm, RegisterRow } from '../../api/register'

export const isWriters = (form: RegisterForm, row: RegisterRow) => !form.states || row.state === 'draft' || row.state === 'returned'

export function actsOf(form: RegisterForm, row: RegisterRow): RegisterAct[] {
  const { write, check, decide } = form.may
  if (!form.states) return []
  if (isWriters(form, row)) return write ? ['send'] : []
  if (row.state === 'sent') return check ? ['return', 'pass'] : []
  if (row.state === 'checked') return decide ? ['return', 'pass'] : []
  return check ? ['return'] : []
}
