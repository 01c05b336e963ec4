// The sections of the header, each for those who have its right.
import { may } from '../modules/session/session'
import type { TextKey } from '../texts'

interface Section {
  name: string
  text: TextKey
  right: string
}

/** An expert comes to score and for nothing else. */
const EXPERT: readonly Section[] = [
  { name: 'sheets', text: 'nav.review', right: 'review.score' },
  { name: 'own', text: 'nav.own', right: 'expert.self' },
]
const DESK: readonly Section[] = [
  { name: 'home', text: 'nav.home', right: '' },
  { name: 'zones', text: 'nav.zones', right: 'zone.read' },
  { name: 'recommendations', text: 'nav.recommendations', right: 'recommendation.read' },
  { name: 'selection', text: 'nav.selection', right: 'defence.read' },
  { name: 'batch', text: 'nav.batch', right: 'batch.read' },
  { name: 'registers', text: 'nav.registers', right: '' },
  { name: 'simulation', text: 'nav.simulation', right: 'simulation.run' },
  { name: 'drafts', text: 'nav.drafts', right: 'draft.read' },
  { name: 'experts', text: 'nav.experts', right: 'expert.read' },
]
/** Desks may read the organs too, but keeping them is for the administrators, as users are. */
const ADMINISTRATION: readonly Section[] = [
  { name: 'users', text: 'nav.users', right: 'user.read' },
  { name: 'requests', text: 'nav.requests', right: 'user.confirm' },
  { name: 'organs', text: 'nav.organs', right: 'user.read' },
  { name: 'settings', text: 'nav.settings', right: 'setting.read' },
  { name: 'audits', text: 'nav.audits', right: 'audit.read' },
]

/** An administrator has no inbox: the first of the own sections is home. */
export function ownSections(): readonly Section[] {
  const own = [...EXPERT, ...ADMINISTRATION].filter((s) => may(s.right))
  return own.length ? own : DESK.filter((s) => !s.right || may(s.right))
}
