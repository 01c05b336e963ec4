// What the user may do to a row in its state; the server asks again, and knows whose hand it was.
import type { RegisterAct, RegisterForm, RegisterRow, RegisterStep } from '../../api/register'
import type { IconName } from '../../ui/states'

/** A dated row that is known stays as it is: its writer makes another in its place. */
export const isKnown = (form: RegisterForm, row: RegisterRow) => form.dated && Boolean(row.known_from)
export const isClosed = (row: RegisterRow) => Boolean(row.known_to)

export const stepOf = (form: RegisterForm, row: RegisterRow): RegisterStep | undefined => form.steps.find((s) => s.key === row.state)

/** As the list knows it: of many rows at once nobody asks for the hand of each. */
export function actsOf(form: RegisterForm, row: RegisterRow): RegisterAct[] {
  const step = stepOf(form, row)
  if (!step?.mine || isKnown(form, row)) return []
  if (step.end) return step.back ? ['reopen'] : []
  return [...(step.back ? (['back'] as const) : []), ...(step.forward ? (['forward'] as const) : [])]
}

/** Its last day at this step is past. */
export const isLate = (form: RegisterForm, row: RegisterRow, today: string) =>
  typeof row.step_due === 'string' && row.step_due < today && stepOf(form, row)?.end === false

interface Look {
  tone: 'wait' | 'now' | 'ok' | 'none' | 'hint'
  icon: IconName
}

/** Of rows without a process: of users, organs. */
const STATES: Record<string, Look> = {
  waiting: { tone: 'wait', icon: 'next' },
  active: { tone: 'ok', icon: 'done' },
  stopped: { tone: 'none', icon: 'none' },
}

/** A state is colour, shape and word: with its writer, back with him, on somebody's desk, ended well or not. */
export function lookOf(form: RegisterForm, row: RegisterRow): Look | undefined {
  const step = stepOf(form, row)
  if (!step) return STATES[String(row.state)]
  if (step.end) return step.good ? { tone: 'ok', icon: 'done' } : { tone: 'none', icon: 'none' }
  if (step === form.steps[0]) return { tone: 'none', icon: 'next' }
  return row.return_reason ? { tone: 'wait', icon: 'back' } : { tone: 'now', icon: 'current' }
}
