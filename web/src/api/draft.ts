// Drafts of packs: what they hold, and the routes to it.
import { call, query, text } from './client'
import type { Draft } from './rows'
import type { Batch, Page } from './types'

export interface PackVersion {
  hash: string
  pack: string
  zh: string
  en: string
  document: string
  label: string | null
  valid_from: string | null
  added_at: string
}

export type Figure = string | number

export interface DraftParameter {
  key: string
  zh: string
  en: string
  unit: string | null
  clause: string
  value: Figure
  base: Figure
}

export interface DraftRule {
  id: string
  name: string
  file: string
  description: string
  kind: 'rule' | 'decision' | 'knowledge'
  zh: string
  en: string
  modality: string | null
  clauses: string[]
  changed: boolean
}

export interface DraftFile {
  path: string
  kind: 'rules' | 'texts' | 'tests'
  changed: boolean
}

export interface DraftEntry {
  id: number
  at: string
  user_name: string
  kind: 'made' | 'parameter' | 'decision' | 'file' | 'sent' | 'back' | 'published' | 'dropped'
  what: string
  before: string | null
  after: string | null
}

export interface DraftView extends Draft {
  parameters: DraftParameter[]
  rules: DraftRule[]
  clauses: { id: string; zh: string; en: string }[]
  files: DraftFile[]
  edits: DraftEntry[]
  may: { edit: boolean; send: boolean; back: boolean; approve: boolean; drop: boolean }
}

export interface TableColumn {
  kind: 'input' | 'output' | 'note'
  /** Its place in the table as saved; -1 = new. */
  from: number
  name: string
  text: string
  values: string
}

export interface TableRow {
  from: number
  cells: string[]
}

export interface RuleTable {
  policy: string
  aggregation: string
  columns: TableColumn[]
  rows: TableRow[]
}

export interface Piece {
  index: number
  name: string
  text?: string
  base?: string
  table?: RuleTable
  base_table?: RuleTable
}

export type SentPiece = { index: number; text: string } | { index: number; table: RuleTable }

export interface Decision extends DraftRule {
  version: number
  requires: string[]
  pieces: Piece[]
}

export interface Problem {
  index: number
  row: number
  cell: number
  line: number
  column: number
  zh: string
  en: string
}

export interface Finding {
  file: string
  at: string
  zh: string
  en: string
}

export interface RuleCheck {
  problems: Problem[]
  findings: Finding[]
  changed: boolean
}

export interface GoldenCase {
  file: string
  line: number
  name: string
  passed: boolean
  differences: Finding[]
}

export interface TestRun {
  version: number
  findings: Finding[]
  notes: Finding[]
  cases: GoldenCase[]
}

const at = (id: number) => `/api/drafts/${id}`
const decision = (id: number, rule: string) => `${at(id)}/decisions/${encodeURIComponent(rule)}`
const file = (id: number, path: string, version?: number) => `${at(id)}/file${query({ path, version })}`

export const packs = {
  versions: () => call<Page<PackVersion>>('GET', '/api/packs'),
  openBatch: (row: Pick<Batch, 'name' | 'year' | 'pack' | 'deadline'>) =>
    call<Batch>('POST', '/api/batches', { ...row, state: 'open' }),
}

export const drafts = {
  list: (ask: { page: number; size: number; sort: string }) => call<Page<Draft>>('GET', `/api/drafts${query(ask)}`),
  create: (name: string, pack: string) => call<Draft>('POST', '/api/drafts', { name, pack }),
  get: (id: number) => call<DraftView>('GET', at(id)),
  parameters: (id: number, version: number, parameters: { key: string; value: string }[]) =>
    call<Draft>('PUT', `${at(id)}/parameters`, { version, parameters }),
  decision: (id: number, rule: string) => call<Decision>('GET', decision(id, rule)),
  check: (id: number, rule: string, pieces: SentPiece[]) =>
    call<RuleCheck>('POST', `${decision(id, rule)}/check`, { pieces }),
  save: (id: number, rule: string, version: number, pieces: SentPiece[]) =>
    call<Decision>('PUT', decision(id, rule), { version, pieces }),
  fileAt: (id: number, path: string) => file(id, path),
  text: (id: number, path: string) => text(file(id, path)),
  replace: (id: number, path: string, version: number, bytes: Blob) =>
    call<Draft>('PUT', file(id, path, version), bytes),
  test: (id: number) => call<TestRun>('POST', `${at(id)}/tests`, {}),
  send: (id: number, row: { version: number; valid_from: string; reason: string }) =>
    call<Draft>('POST', `${at(id)}/send`, row),
  back: (id: number, version: number, reason: string) => call<Draft>('POST', `${at(id)}/back`, { version, reason }),
  approve: (id: number, version: number) => call<Draft>('POST', `${at(id)}/approve`, { version }),
  drop: (id: number, version: number) => call<Draft>('POST', `${at(id)}/drop`, { version }),
}
