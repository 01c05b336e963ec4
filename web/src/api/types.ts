// What the server gives and takes. Amounts are 万元 as text; dates are YYYY-MM-DD; instants ISO 8601.
import type { GetLocksRow, GetSessionOwnRow, PostSessionTotpRow, PostUsersOneRequestsBody, PostUsersOneRequestsRow } from './rows'

export type { Batch, GetLicencesRow as Licence } from './rows'
export type Factor = PostSessionTotpRow
export type OwnSession = GetSessionOwnRow
export type Lock = GetLocksRow
export type UserRequest = PostUsersOneRequestsBody
export type RequestKind = UserRequest['kind']
export type Half = PostUsersOneRequestsRow

export interface Said {
  zh: string
  en: string
}

export type Amount = string | number | null
export type Maybe<T> = T | null

/** Who is signed in; id is null for a guest. */
export interface Session {
  id: number | null
  account: string
  name: string
  organ_id: number
  organ: string
  level: string
  kind: string
  seat: string
  territory: string
  must_change: boolean
  must_enrol: boolean
  rights: string[]
  unread: number
  demo: boolean
}

export interface Page<T> {
  rows: T[]
  total: number
  /** There are more than `total`, where counting ended. */
  more: boolean
  /** Where the next page begins, and where the one before ends. */
  after: Maybe<string>
  before: Maybe<string>
}

export interface Village {
  code: string
  name?: Maybe<string>
  type?: Maybe<string>
  plan?: Maybe<boolean>
}

export interface Industry {
  name: string
  in_county_plan?: Maybe<boolean>
  chain_extendable?: Maybe<boolean>
  market_prospect?: Maybe<boolean>
}

export interface FundLine {
  level?: Maybe<string>
  document?: Maybe<string>
  department?: Maybe<string>
  amount: Amount
}

export interface ProjectFund {
  source?: Maybe<string>
  level?: Maybe<string>
  amount?: Amount
}

export interface Benefit {
  mode?: Maybe<string>
  households?: Maybe<number>
  poverty_households?: Maybe<number>
  income?: Amount
}

export interface Project {
  id: string
  name?: Maybe<string>
  content?: Maybe<string>
  area?: Maybe<string>
  kind?: Maybe<string>
  department?: Maybe<string>
  deadline?: Maybe<string>
  mode?: Maybe<string>
  needs_land?: Maybe<boolean>
  land_quota?: Maybe<string>
  funds?: Maybe<ProjectFund[]>
  uses?: Maybe<string[]>
  benefit?: Maybe<Benefit>
  dividend_only?: Maybe<boolean>
  serves?: Maybe<string>
  local_produce?: Maybe<boolean>
  gap?: Maybe<{ village?: Maybe<string>; item?: Maybe<string> }>
}

export interface Organisation {
  party_studied_on?: Maybe<string>
  government_studied_on?: Maybe<string>
  leader_in_charge?: Maybe<boolean>
  task_force?: Maybe<boolean>
  lead_organs?: Maybe<string[]>
  stationed_villages?: Maybe<number>
}

export interface Plan {
  start?: Maybe<string>
  end?: Maybe<string>
  positioning?: Maybe<string>
  sustainability?: Maybe<string>
  reported_by?: Maybe<string>
  reported_to?: Maybe<string[]>
  meeting?: Maybe<{ date?: Maybe<string>; approved?: Maybe<boolean> }>
  projects?: Maybe<Project[]>
}

export type FundSource = 'transitional' | 'integrated' | 'collaboration' | 'social'

export interface Dossier {
  zone: string
  county: string
  villages?: Maybe<Village[]>
  contiguous?: Maybe<boolean>
  industries?: Maybe<Industry[]>
  joined_with?: Maybe<string[]>
  organisation?: Maybe<Organisation>
  plan?: Maybe<Plan>
  funds?: Maybe<Partial<Record<FundSource, Maybe<FundLine[]>>>>
  opinions?: Maybe<{ meetings?: Maybe<number>; surveyed?: Maybe<number> }>
  exceptions?: Maybe<Record<string, string>>
}

export type Status = 'met' | 'not_met' | 'undetermined' | 'not_applicable'
export type Modality = 'must' | 'principle' | 'priority' | 'encourage'

/** `values` are the figures of the rule; 位置 holds pointers at fault and 所在 the names there. */
export interface Result {
  rule: string
  clause: string
  modality: Modality
  status: Status
  missing: string[]
  values: Record<string, string | string[]>
  message: Said
}

export interface Check {
  zone: string
  submittable: boolean
  blocking: string[]
  needs_exception: string[]
  results: Result[]
}

/** A condition that does not hold, or that an absent fact leaves open. */
export interface Condition {
  expression: string
  line: number
  column: number
  status: Status
  actual: string
  sign: string
  required: string
  distance?: string
  at?: string
}

/** One thing that was evaluated, and below it what it was made of. */
export interface TraceNode {
  name?: string
  expression?: string
  value: string
  at?: string
  parts?: TraceNode[]
}

export interface Explanation {
  rule: string
  clause: string
  status: Status
  message: Said
  /** How to mend it, in the pack's words; empty where it says none. */
  mend: Said
  conditions: Condition[]
  missing: { at: string; path: string[] }[]
  tree: TraceNode
}

export interface Signer {
  organ: string | null
  organ_kind: string
  seat: string
  user_name: string | null
  at: string | null
  /** To whom the desk was handed. */
  delegate?: string | null
}

/** A step or an end by name. */
export interface Place extends Said {
  key: string
  good?: boolean
}

export interface Step extends Said {
  key: string
  /** What the program does there, whatever the pack calls the step. */
  role?: string | null
  level: string
  who: Signer[]
  state: 'done' | 'current' | 'next' | 'later' | 'skipped'
  since?: string | null
  deadline?: string | null
  day?: number | null
  overdue?: boolean
  /** All of them must sign, not one of them. */
  joint?: boolean
  /** The noun whose act moves it. */
  by?: string | null
  back?: Place[]
  reject?: Place[]
}

export interface ZoneRow {
  id: number
  name: string
  county: string
  batch_id: number
  pack: string
  villages: number | null
  projects: number | null
  transitional: Amount
  integrated: Amount
  not_met: number | null
  undetermined: number | null
  exceptions: number | null
  hints: number | null
  met: number | null
  blocking: number | null
  batch_name: string
  county_name: string
  city_name: string
  step: string
  since: string | null
  deadline: string | null
  sent_at: string | null
  returned: boolean
  lacks: number | null
}

export interface Zone extends ZoneRow {
  flow: { step: string; role: string; round: number; steps: Step[]; end?: Place; ended_at?: string }
  may: { edit: boolean } & MayMore & Record<Act, boolean>
}

/** The rarer acts, and to whom the desk may be handed on. */
export interface MayMore {
  urge: boolean
  delegate: boolean
  reject: boolean
  delegates?: { id: number; name: string; seat: string }[]
}

export interface Saved {
  version: number
  dossier: Dossier
  saved_at: string | null
  saved_name: string | null
}

export type Act = 'forward' | 'back' | 'withdraw' | 'reject' | 'delegate' | 'urge'

export interface Mark {
  pointer: string
  remark: string
}

/** A remark of the last return, at the place where its field stands now. */
export interface Remark extends Mark, Said {
  answered: boolean
}

/** The last return; `zh` and `en` name the step it came from. */
export interface Returned extends Said {
  organ: string | null
  user_name: string | null
  seat: string | null
  reason: string
  at: string
  /** It still stands where it was returned to. */
  standing: boolean
  marks: Remark[]
}

/** A rule or a paper keeps the zone here; a blind copy or a remark is only warned of. */
export interface Lack extends Said {
  kind: 'rule' | 'evidence' | 'copy' | 'remark'
  key: string
  pointer: string | null
  blocks: boolean
}

export interface Lacks {
  /** The step asks for something before the zone goes on. */
  proves: boolean
  rows: Lack[]
  returned: Returned | null
}

export interface HistoryEntry {
  id: number
  round: number
  step: Said
  to?: Said
  to_name?: string | null
  clause?: string | null
  act: string
  user_name: string | null
  organ: string | null
  seat: string | null
  reason: string | null
  marks: Mark[]
  at: string
}

export interface Difference extends Said {
  pointer: string
  before: unknown
  after: unknown
  unit: string | null
  kind: 'added' | 'removed' | 'changed'
}

/** A paper that the pack asks for behind a field, and what of it is there. */
export interface Evidence extends Said {
  item: string
  rule: string
  behind: string
  needed: boolean
  complete: boolean
  day: string | null
  document: string | null
  attachment_id: number | null
  attachment: string | null
  version: number
}

export interface Task {
  noun: string
  noun_id: number
  step: string
  step_zh: string
  step_en: string
  since: string | null
  deadline: string | null
  sender: string | null
  /** of another noun its title, without a county */
  zone: string
  county_name: string | null
  /** What keeps it here, and what is only warned of; absent where nothing is asked. */
  lacks?: number
  warnings?: number
  edit: boolean
  overdue: boolean
  returned: boolean
  last_return?: Returned
  reason: string | null
}

export type Box = 'todo' | 'done' | 'started' | 'copied'
export type Inbox = Record<Box, Task[]>

export interface Message extends Said {
  id: number
  noun: string | null
  noun_id: number | null
  made_at: string
  read_at: string | null
}

export interface Region {
  code: string
  name: string
  level: string
  path: string
  alias: string | null
}

export interface Upload {
  id: number
  received: number
  attachment_id: number | null
}

export interface Attachment {
  id: number
  name: string
  size: number
  type: string
  digest: string
  created_at: string
}

/** A register that keeps a table of the batch. */
export interface BatchTable extends Said {
  noun: string
  /** Of the rows that hold today. */
  count: number
}

export interface BatchEntry {
  id: number
  kind: string
  code: string
  value: string
  document: string
  valid_from: string | null
  valid_to: string | null
  name: string | null
  version: number
}

export type NewEntry = Pick<BatchEntry, 'kind' | 'code' | 'value' | 'document'> & { valid_from?: string; valid_to?: string }


export interface User {
  id: number
  version: number
  account: string
  name: string
  organ_id: number
  organ: string
  level: string
  seat: string | null
  /** The seat that he is to have. */
  asked: string | null
  phone: string | null
  state: string
  must_change: boolean
  logged_at: string | null
  /** An administrator or a signer: his password needs two administrators. */
  guarded: boolean
  enrolled: boolean
}

/** The password is answered once and kept nowhere; null of an administrator, who gets his with the seat. */
export interface Issued {
  id: number
  password: string | null
}

export interface Organ {
  id: number
  version: number
  name: string
  level: string
  kind: string
  territory: string
  parent_id: number | null
  parent: string | null
  duty: string | null
  contact: string | null
}


/** Before and after are JSON objects of Chinese label and value. */
export interface Audit {
  id: number
  at: string
  user: string | null
  organ: string | null
  address: string | null
  act: string
  act_en: string
  noun: string | null
  noun_id: number | null
  before: string | null
  after: string | null
  result: string | null
  request: string | null
}

/** Broken is the number of the first entry that does not fit. */
export interface AuditReport {
  count: number
  broken: number | null
  zh: string | null
  en: string | null
}

export interface Setting extends Said {
  key: string
  value: string
  standard: string
  help_zh: string
  help_en: string
  min: number | null
  max: number | null
}

export interface PackVersion extends Said {
  hash: string
  pack: string
  document: string
  added_at: string
}

/** What is tried instead of the pack in force. */
export interface SimulationAsk {
  pack?: string
  draft?: number
  parameters: Record<string, string>
}

/** Sums are of the zones that may go up; null is unknown. */
export interface SimulatedGroup extends Said {
  key: string | null
  zones: number
  changed: number
  before: { passing: number; amounts: (string | null)[] }
  after: { passing: number; amounts: (string | null)[] }
}

export interface Shift extends Said {
  rule: string
  clause: string
  modality: Modality
  before: { status: Status | null; blocks: boolean }
  after: { status: Status | null; blocks: boolean }
  message: Said
  reasons_of: 'before' | 'after'
  reasons: Condition[]
  missing: string[]
}

export interface SimulatedZone {
  id: number
  zone: string
  county: string
  county_name: string | null
  tier: string | null
  before: { submittable: boolean; blocking: number; amounts: (string | null)[] }
  after: { submittable: boolean; blocking: number; amounts: (string | null)[] }
  changes: Shift[]
}

export interface Simulation {
  amounts: ({ key: string; unit: string | null } & Said)[]
  total: SimulatedGroup
  tiers: SimulatedGroup[]
  cities: SimulatedGroup[]
  zones: SimulatedZone[]
}

export interface Job {
  id: number
  state: 'waiting' | 'running' | 'done' | 'failed'
  progress: number
  result: string | null
}

export type Verdict = 'agree' | 'disagree' | 'open'

export interface RuleFinding {
  id: number
  rule: string
  verdict: Verdict
  finding: string | null
  user_name: string
  organ: string
  at: string
  version: number
}

export interface Recommendation {
  id: number
  batch_id: number
  city: string
  city_name: string | null
  letter_number: string | null
  letter_day: string | null
  letter_attachment_id: number | null
  reported_at: string | null
  late: boolean
  reopened_at: string | null
  reopen_reason: string | null
  version: number
  deadline: string | null
  now: string
  pack: string
  flow: { step: string; role: string; round: number; steps: Step[] }
  history: HistoryEntry[]
  may: { edit: boolean } & Record<Act, boolean>
}

export interface RecommendationChange {
  version: number
  letter_number?: string | null
  letter_day?: string | null
  letter_attachment_id?: number
  zones?: { zone_id: number; chosen: boolean; passed_over_reason?: string }[]
}

/** A zone of the city with what ranking and choice need; ready: accepted, may be ranked. */
export interface CandidateRow {
  zone_id: number
  name: string
  county: string
  county_name: string | null
  step: string
  rank: number | null
  chosen: boolean
  passed_over_reason: string | null
  judged: number
  refused: number
  rules: number
  ready: boolean
  waiting: boolean
  passed_over: string | null
  /** Clause of the rule that gives its places. */
  basis: string | null
  /** The county or city whose places its zones use. */
  area: string
  places: number
  dossier: Dossier
  check: Check
}

export interface BoardCity {
  code: string
  name: string
  /** Counties with places of their own. */
  own: number
  tiers: BoardTier[]
  quota: number
  zones: number
  sent: number
  exceptions: number
  overdue: number
  recommended: number
  transitional: Amount
  id: number | null
  step: string | null
  reported_at: string | null
  late: boolean | null
  reopened_at: string | null
  /** Column and row of its tile on the sketch; null = it has none. */
  across: number | null
  down: number | null
}

export interface BoardTier extends Said {
  tier: string
  /** Null where its counties differ, or there are none. */
  amount: Amount | null
  quota: number
  recommended: number
  sum: Amount
  most: Amount
}

export interface Board extends Page<BoardCity> {
  now: string
  deadline: string
  steps: { city: string; step: string; count: number }[]
  sent: { city: string; day: string }[]
  missing: { code: string; name: string | null; city_name: string | null; zones: number }[]
  tiers: BoardTier[]
}

export interface Overlap {
  kind: 'village' | 'township'
  code: string
  name: string | null
  programme: string
  document: string
}

export interface Holiday {
  id: number
  day: string
  /** A weekend day that is worked; else a day off. */
  work: boolean
  name: string
  sure: boolean
  source: Maybe<string>
}

export type NewHoliday = Omit<Holiday, 'id'>
