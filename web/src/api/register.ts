// A register that a pack declares, as its form describes it: no noun is known here.
import type { GetPublicationsOneObjectionsRow, GetRegistersOneViewsRow, PostRegistersOnePublicationsPreviewRow } from './rows'
import type { Maybe, MayMore, Place } from './types'

export type SavedView = GetRegistersOneViewsRow
export type Objection = GetPublicationsOneObjectionsRow
/** What publishing would show, row by row as it will stand there. */
export interface PublicationDraft extends Omit<PostRegistersOnePublicationsPreviewRow, 'columns' | 'rows'> {
  columns: { zh: string; en: string; number: boolean }[]
  rows: { cells: string[] }[]
}

export type RegisterType = 'text' | 'int' | 'bool' | 'money' | 'date' | 'instant' | 'enum' | 'decimal' | 'link' | 'attachment'

export interface RegisterOption {
  key: string
  zh: string
  en: string
  /** Kept for rows that have it, and offered no more. */
  retired: boolean
}

export interface RegisterField {
  key: string
  type: RegisterType
  zh: string
  en: string
  help_zh: string
  help_en: string
  unit: Maybe<string>
  /** The noun whose row it names, and the field that says what that row is called; `of` points back. */
  link: Maybe<string>
  called: Maybe<string>
  of: Maybe<string>
  min: number
  max: number
  pattern: Maybe<string>
  required: boolean
  readonly: boolean
  unique: boolean
  once: boolean
  masked: boolean
  filter: boolean
  sort: boolean
  virtual: boolean
  name: boolean
  retired: boolean
  /** Of attachments: several. */
  many: boolean
  options: RegisterOption[]
}

export interface RegisterHead {
  noun: string
  zh: string
  en: string
  clause: Maybe<string>
  section: Maybe<string>
}

export interface RegisterForm extends RegisterHead {
  /** The level whose codes the rows carry; none where they carry any, or no code at all. */
  place: Maybe<string>
  sort: string
  sum: Maybe<string>
  list: string[]
  may: { read: boolean; write: boolean; check: boolean; decide: boolean; reveal: boolean; publish: boolean }
  /** The ways in which rows may be shown to everybody; none where they never are. */
  publish: { profile: string; zh: string; en: string; days: number; most: number }[]
  /** Its rows hold from a day to a day, and one that is known is changed by another alone. */
  dated: boolean
  states: boolean
  /** Files may be laid beside a row. */
  attachments: boolean
  /** The steps and ends that a row's state names; none where it has no states. */
  steps: RegisterStep[]
  fields: RegisterField[]
}

export type RegisterValue = string | number | boolean | null
export type RegisterRow = Record<string, RegisterValue> & { id: number; version: number }
export type RegisterAct = 'forward' | 'back' | 'reopen' | 'withdraw' | 'urge' | 'delegate' | 'reject'

export interface RegisterStep {
  key: string
  end: boolean
  /** The end that was sought. */
  good: boolean
  /** The user is among those who act here; of one row its flow says so. */
  mine: boolean
  edits: boolean
  /** That may be changed here; empty = all of them. */
  fields: string[]
  does: { zh: string; en: string }
  returns: { zh: string; en: string }
  forward: boolean
  back: boolean
  reject: boolean
}

/** What may be done to one row, and what was. */
export interface RegisterFlow {
  may: Record<RegisterAct | 'edit', boolean> & MayMore
  flow: { step: string; round: number; steps: { key: string; state: string; deadline?: Maybe<string>; overdue?: boolean; back?: Place[]; reject?: Place[] }[] }
}

/** How many rows there are in each state, and their sum. */
export interface RegisterTally {
  value: Maybe<string>
  count: number
  sum: Maybe<string>
}

/** What became of one row of a batch. */
export interface RegisterResult {
  id: number
  code: string
  field: Maybe<string>
  zh: Maybe<string>
  en: Maybe<string>
}

export interface RegisterChange {
  id: number
  at: string
  user: string
  organ: string
  act: string
  act_en: string
  before: Maybe<string>
  after: Maybe<string>
}

/** ?q=, a field and its value or range, page, size, sort. */
export type RegisterAsk = Record<string, string>

export interface LinkRow {
  key: string
  called: string
  territory: string
}
