// Experts, draws and panels as the server gives them.
import type { Maybe } from './types'

export interface Expert {
  id: number
  version: number
  number: string
  name: string
  field: string
  organ: string
  region: string
  region_name: Maybe<string>
  phone: Maybe<string>
  state: 'active' | 'stopped'
  account: Maybe<string>
  interests: number
}


export interface Interest {
  id: number
  kind: 'county' | 'organ' | 'zone'
  code: string
  note: Maybe<string>
  made_at: string
}

export type Party = 'rural' | 'finance'

export interface DrawRow {
  id: number
  number: number
  state: 'frozen' | 'committed' | 'revealed' | 'void'
}

export interface DrawEvent {
  id: number
  at: string
  act: 'freeze' | 'commit' | 'reveal' | 'draw' | 'ask_void' | 'void' | 'use' | 'disclose' | 'recuse' | 'replace'
  party: Party | 'both' | 'expert'
  number: Maybe<string>
  zone_id: Maybe<number>
  reason: Maybe<string>
}

export interface Draw extends DrawRow {
  batch_id: number
  pool_hash: string
  seats: number
  substitutes: number
  frozen_at: string
  reveal_until: Maybe<string>
  seed: Maybe<string>
  made_at: Maybe<string>
  used_at: Maybe<string>
  disclosed_at: Maybe<string>
  void_asked: Maybe<Party>
  withheld: Maybe<Party | 'both'>
  reason: Maybe<string>
  party: Party
  may: { commit: boolean; reveal: boolean; void: boolean; disclose: boolean }
  record: {
    pool: { experts: { number: string; avoid: number[] }[]; zones: number[] }
    commitments: Record<Party, { sha256: Maybe<string>; revealed: boolean; value: Maybe<string> }>
    order: Maybe<string[]>
    events: DrawEvent[]
    draws: (DrawRow & { frozen_at: string; withheld: Maybe<string>; reason: Maybe<string> })[]
  }
}

export interface Member {
  expert_id: number
  position: number
  number: string
  name: string
  field: string
  organ: string
  role: 'panel' | 'substitute' | 'reserve'
  state: 'active' | 'recused' | 'replaced'
  reason: Maybe<string>
  zones: number
}

export interface PanelZone {
  zone_id: number
  zone: string
  number: string
  state: 'assigned' | 'avoided' | 'recused' | 'substituted'
  reason: Maybe<string>
}

export interface OwnExpert {
  expert: Maybe<Expert>
  interests: Interest[]
  seats: { batch_id: number; batch: string; role: Member['role']; state: Member['state']; zones: number }[]
}
