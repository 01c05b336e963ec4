// The sections of the header, each for those who have its right.
import { may } from '../modules/session/session'
import { language, type TextKey } from '../texts'
import { hasOthers, subjects, subjectText } from './subjects'

export interface Section {
  name: string
  text: TextKey
  right: string
  /** Of the registers' page: of this subject alone. */
  subject?: string
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
  { name: 'rounds', text: 'nav.rounds', right: 'quality_round.read' },
  { name: 'audits', text: 'nav.audits', right: 'audit.read' },
]

/** Behind the selection stands what the registers are about, as the programme's work runs. */
const BEFORE = ['home', 'zones', 'recommendations', 'selection']
function desk(): readonly Section[] {
  const own = DESK.filter((s) => (s.name === 'registers' ? hasOthers() : !s.right || may(s.right)))
  const at = own.filter((s) => BEFORE.includes(s.name)).length
  const about = subjects().map((s) => ({ name: 'registers', text: subjectText(s), right: '', subject: s }))
  return [...own.slice(0, at), ...about, ...own.slice(at)]
}

/** English words are longer: what does not fit is one click away. A fold of one would hide what has room. */
export function shownOf(all: readonly Section[]): readonly Section[] {
  const most = language.value === 'en' ? 6 : 9
  return all.length <= most + 1 ? all : all.slice(0, most)
}

/** An administrator has no inbox: the first of the own sections is home. */
export function ownSections(): readonly Section[] {
  const own = [...EXPERT, ...ADMINISTRATION].filter((s) => may(s.right))
  return own.length ? own : desk()
}
