// Review as the server gives it. Points are whole hundredths of a 分; aggregates are millionths.
import type { Dossier, Maybe, Said, Status } from './types'

export type Part = 'paper' | 'defence'

export interface SheetRow {
  id: number
  part: Part
  alias: string
  state: 'open' | 'submitted' | 'recused'
  version: number
  filled: number
  items: number
  total: number | null
  submitted_at: string | null
  batch_name: string
  deadline: string | null
  sealed: boolean
  position: number | null
  planned_at: string | null
  started_at: string | null
  ended_at: string | null
}

export interface ScoreItem extends Said {
  key: string
  clause: string
  rules: string[]
  max: number
  low: number
  high: number
  points: number | null
  reason: string | null
}

export interface Sheet extends Omit<SheetRow, 'items' | 'filled'> {
  note: string | null
  sample: Said
  max: number
  step: number
  reason_min: number
  items: ScoreItem[]
  may: { write: boolean; submit: boolean; recuse: boolean }
  lacks: string[]
}

export interface NewScore {
  item: string
  points: number | null
  reason: string | null
}

export interface BlindDossier {
  alias: string
  pack: string
  dossier: Dossier
  results: { rule: string; status: Status }[]
  chips: { chip: string; kind: string }[]
}

export interface BlindFile extends Said {
  n: number
  item: string
  type: string
  size: number
  url: string
}

export interface Round {
  part: Part
  opened: boolean
  opens_at: string | null
  deadline: string | null
  sealed_at: string | null
  assigned: number
  submitted: number
  lacking: number
  experts: { expert_id: number; number: string; name: string; assigned: number; submitted: number; recused: number }[]
  zones: { zone_id: number; name: string; county_name: string; alias: string; assigned: number; submitted: number; least: number }[]
  may: { open: boolean; seal: boolean }
}

export interface Aggregate {
  method: string
  trim: number
  sheets: { sheet: number; number: string; total: number; used: boolean }[]
  sum: number
  count: number
  score: number
  text: string
}

export interface ZoneResult {
  zone_id: number
  name: string
  county_name: string
  alias: string
  score: number
  sheets: number
  used: number
  lowest: number
  highest: number
  deviation: number
  arithmetic: Aggregate
  marks: {
    sheet: number
    number: string
    name: string
    total: number
    used: boolean
    off: number
    outlier: boolean
    note: string | null
    items: { item: string; points: number; reason: string | null }[]
  }[]
}

export interface RoundResult {
  part: Part
  method: string
  trim: number
  limits: { sheet: number; expert: number }
  items: (Said & { key: string; max: number })[]
  zones: ZoneResult[]
  experts: { expert_id: number; number: string; name: string; sheets: number; off: number; outlier: boolean }[]
}

export interface Slot {
  id: number
  zone_id: number
  name: string
  county_name: string
  position: number
  planned_at: string | null
  started_at: string | null
  ended_at: string | null
  seconds: number | null
  over: number | null
  recording_id: number | null
  recording: string | null
  note: string | null
  version: number
}

export interface DefenceSession {
  id: number
  starts_at: string
  minutes: number
  place: string
  state: 'planned' | 'ordered' | 'done'
  version: number
  slots: Slot[]
}

export interface Defence {
  rows: DefenceSession[]
  total: number
  may: { write: boolean }
  minutes: { present: number; answer: number }
  waiting: { zone_id: number; name: string }[]
}

export interface BlindCopy extends Said {
  item: string
  attachment_id: number | null
  name: Maybe<string>
  original: Maybe<string>
}
