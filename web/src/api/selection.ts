// The province's selection as the server gives it. Amounts are 万元 as text, scores millionths of a 分.
import type { Aggregate } from './review'
import type { PostBatchesOneSelectionActsBody } from './rows'
import type { Amount, HistoryEntry, Page, Said, Step } from './types'

export type Outcome = 'selected' | 'not_selected' | 'disqualified'

export interface Disqualification {
  clause: string
  reason: string
}

export interface SelectionZone {
  id: number
  name: string
  county: string
  county_name: string
  city_name: string
  rank: number | null
  copies: number
  step: string
  role: string
  form: 'open' | 'ok' | 'failed'
  exceptions_open: number
  visit: 'none' | 'planned' | 'done'
  paper: number | null
  defence: number | null
  site: number | null
  total: number | null
  place: number | null
  disqualified: Disqualification | null
  outcome: Outcome | null
}

export interface SelectionFact extends Said {
  key: string
  ok: boolean
  lack: number
  /** Of the step that asks for it. */
  role: string
}

export interface Selection {
  id: number | null
  batch_id: number
  version: number
  places: number
  budget: Amount
  flow: { step: string; role: string; round: number; steps: Step[] } | null
  history: HistoryEntry[] | null
  may: { open: boolean; forward: boolean; back: boolean; withdraw: boolean; write: boolean }
  facts: SelectionFact[]
  zones: SelectionZone[]
}

/** The generated body, of which only the act must be there. */
export type SelectionAct = Pick<PostBatchesOneSelectionActsBody, 'act'> & Partial<PostBatchesOneSelectionActsBody>

export interface FormException extends Said {
  rule: string
  reason_given: string | null
  granted: boolean | null
  reason: string | null
  user_name: string | null
  at: string | null
}

export interface FormCheck {
  item: string
  ok: boolean | null
  note: string | null
}

export interface FormRow {
  zone_id: number
  name: string
  county_name: string
  /** The city's; null where it ranked nothing. */
  rank: number | null
  state: 'open' | 'ok' | 'failed'
  open: number
  version: number
  checks: FormCheck[]
  exceptions: FormException[]
}

export interface Form extends Page<FormRow> {
  items: (Said & { key: string; clause: string })[]
}

export interface VisitPhoto {
  id: number
  attachment_id: number
  name: string
  longitude: string | null
  latitude: string | null
  accuracy: number | null
  taken_at: string | null
}

export interface VisitItem extends Said {
  key: string
  max: number
  clause: string
  rule: string | null
  points: number | null
  note: string | null
  photos: VisitPhoto[]
}

export interface Visit {
  id: number | null
  zone_id: number
  zone_name: string
  county_name: string
  version: number
  state: 'none' | 'planned' | 'done'
  day: string | null
  team: string | null
  may: { write: boolean }
  score: number | null
  items: VisitItem[]
}

export interface VisitSave {
  day: string | null
  team: string | null
  state: 'planned' | 'done'
  version: number
  findings: { item: string; points: number | null; note: string | null }[]
}

export type NewPhoto = Pick<VisitPhoto, 'attachment_id' | 'longitude' | 'latitude' | 'accuracy' | 'taken_at'> & { item: string }

export interface RankPart {
  part: 'paper' | 'defence' | 'site'
  weight: number
  score: number
  product: string
  arithmetic: Partial<Aggregate> | null
}

export interface RankRow {
  zone_id: number
  name: string
  county_name: string
  city_name: string
  paper: number
  defence: number
  site: number
  total: number
  place: number
  arithmetic: { parts: RankPart[]; sum: string; divisor: number; total: number; tie: { with: number[]; by: string } | null }
}

export interface Ranking extends Page<RankRow> {
  made_at: string | null
  formula: Partial<Record<'paper' | 'defence' | 'site', number>>
  ties: string[]
}

export interface DeterminationZone {
  zone_id: number
  name: string
  county_name: string
  city_name: string
  outcome: Outcome
  place: number | null
  amount: Amount
  clause: string | null
  reason: string | null
}

export interface Determination {
  id: number
  number: number
  state: 'proposed' | 'signed' | 'withdrawn'
  hash: string
  made_at: string
  version: number
  places_left: number
  budget_left: Amount
  zones: DeterminationZone[]
}

export interface Determinations extends Page<Determination> {
  suggestion: DeterminationZone[]
  lapsed: { places: number; amount: Amount }
}

export interface Allotment {
  id: number
  zone_id: number
  name: string
  level: string
  amount: Amount
  clause: string
  state: 'draft' | 'reversed'
  reason: string | null
  determination_id: number
}

export interface Publication {
  id: number
  kind: 'list' | 'correction' | 'final'
  starts_on: string
  ends_on: string
  hash: string
  published_at: string
  state: 'running' | 'over' | 'superseded'
  days: number
  objections: number
  url: string
}

export interface Objection {
  id: number
  publication_id: number
  zone_id: number | null
  zone_name: string | null
  receipt: string
  name: string | null
  contact: string | null
  grounds: string
  state: 'open' | 'answered'
  answer: string | null
  upheld: boolean | null
  at: string
  answered_at: string | null
  due_at: string | null
  version: number
}
