// The cities of the board: their kind in words, their tiles, how full they are.
import type { BoardCity } from '../../api/types'
import { say, t } from '../../texts'

/** Its places by tier, in the pack's words. */
export const kindText = (c: BoardCity) => c.tiers.map((r) => t('recommendation.inTier', { tier: say(r), n: r.quota })).join(' · ')

export type Tile = readonly [column: number, row: number]
const ROW_OF_REST = 6

/** Where each city's tile lies: as the installation's sketch has it, the others in rows below. */
export function tilesOf(cities: readonly Pick<BoardCity, 'code' | 'across' | 'down'>[]): ReadonlyMap<string, Tile> {
  const tiles = new Map<string, Tile>()
  for (const c of cities) if (c.across !== null && c.down !== null) tiles.set(c.code, [c.across, c.down])
  const below = Math.max(-1, ...[...tiles.values()].map(([, row]) => row)) + 1
  const rest = cities.filter((c) => !tiles.has(c.code))
  for (const [i, c] of rest.entries()) tiles.set(c.code, [i % ROW_OF_REST, below + Math.floor(i / ROW_OF_REST)])
  return tiles
}

export type Fill = 'none' | 'some' | 'half' | 'full'

export function fillOf(c: Pick<BoardCity, 'recommended' | 'quota'>): Fill {
  if (!c.recommended || !c.quota) return 'none'
  if (c.recommended >= c.quota) return 'full'
  return c.recommended * 2 >= c.quota ? 'half' : 'some'
}

/** Corners of a step curve, in a box of width × height, of what share was sent by each day. */
export function stepsOf(days: readonly string[], all: readonly string[], zones: number, width: number, height: number): string {
  const scale = [...new Set(all)].sort()
  if (!zones || !scale.length) return `M0 ${height}H${width}`
  let path = `M0 ${height}`
  for (const [i, day] of scale.entries()) {
    const sent = days.filter((d) => d <= day).length
    const y = height - (height * sent) / zones
    path += `H${((i + 1) * width) / (scale.length + 1)}V${Math.round(y * 10) / 10}`
  }
  return `${path}H${width}`
}

/** Where the figures of the board lead: the table that grants, the zones that came, the city's own. */
export function useDoors(batch: number) {
  const grants = { name: 'batch', params: { id: batch } }
  const arrived = { name: 'selection', params: { batch, part: 'overview' } }
  const cityAt = (c: BoardCity) =>
    c.id ? { name: 'recommendation', params: { id: c.id } } : { name: 'zones', query: { batch_id: String(batch), county: c.code } }
  return { grants, arrived, cityAt }
}
