// The groups of the check and the other states, with the word of each.
import type { Check, Result } from '../api/types'
import type { TextKey } from '../texts'

export type Group = 'bad' | 'wait' | 'exc' | 'hint' | 'ok' | 'none'
export type IconName =
  | Group
  | 'late'
  | 'today'
  | 'warn'
  | 'desk'
  | 'current'
  | 'done'
  | 'next'
  | 'later'
  | 'lock'
  | 'offline'
  | 'bell'
  | 'close'
  | 'go'
  | 'back'
  | 'paper'
  | 'add'
  | 'tray'

export const GROUPS: readonly Group[] = ['bad', 'wait', 'exc', 'hint', 'ok', 'none']

/** The group of a result: what blocks decides, then the modality. */
export function groupOf(result: Result, check: Check): Group {
  if (result.status === 'met') return 'ok'
  if (result.status === 'not_applicable') return 'none'
  if (result.status === 'undetermined' && check.blocking.includes(result.rule)) return 'wait'
  if (result.modality === 'must') return 'bad'
  return result.modality === 'principle' ? 'exc' : 'hint'
}

export function grouped(check: Check): Record<Group, Result[]> {
  const groups: Record<Group, Result[]> = { bad: [], wait: [], exc: [], hint: [], ok: [], none: [] }
  for (const result of check.results) groups[groupOf(result, check)].push(result)
  return groups
}

export const GROUP_TEXT: Record<Group, TextKey> = {
  bad: 'check.bad',
  wait: 'check.wait',
  exc: 'check.exc',
  hint: 'check.hint',
  ok: 'check.ok',
  none: 'check.none',
}

export const GROUP_HELP: Record<Group, TextKey> = {
  bad: 'check.badHelp',
  wait: 'check.waitHelp',
  exc: 'check.excHelp',
  hint: 'check.hintHelp',
  ok: 'check.okHelp',
  none: 'check.noneHelp',
}
