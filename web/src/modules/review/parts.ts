// The parts of a blind dossier, in the order in which an expert turns its pages.
import type { Pack } from '../pack/pack'

export const BLIND_PARTS = ['overview', 'villages', 'industries', 'projects', 'organisation', 'opinions', 'files'] as const
export type BlindPart = (typeof BLIND_PARTS)[number]

const PART_OF: Record<string, BlindPart> = {
  basic: 'overview',
  villages: 'villages',
  industries: 'industries',
  plan: 'overview',
  projects: 'projects',
  funds: 'projects',
  organisation: 'organisation',
  report: 'organisation',
  opinions: 'opinions',
}

/** Where the facts of a rule stand. */
export function partOfRule(pack: Pack, rule: string): BlindPart {
  const [first] = pack.rules.get(rule)?.at ?? []
  return PART_OF[(first && pack.partOf(first)) ?? ''] ?? 'overview'
}
