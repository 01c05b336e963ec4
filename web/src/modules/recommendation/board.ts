// The cities of the board: their kind in words, their tiles, how full they are.
import type { BoardCity } from '../../api/types'
import { say, t } from '../../texts'

/** Its places by tier, in the pack's words. */
export const kindText = (c: BoardCity) => c.tiers.map((r) => t('recommendation.inTier', { tier: say(r), n: r.quota })).join(' · ')

/** Column and row of each city's tile; a sketch of who lies beside whom, no borders. */
export const TILES: Readonly<Record<string, readonly [number, number]>> = {
  3714: [1, 0],
  3716: [2, 0],
  3705: [3, 0],
  3706: [4, 0],
  3710: [5, 0],
  3715: [0, 1],
  3701: [1, 1],
  3703: [2, 1],
  3707: [3, 1],
  3702: [4, 1],
  3709: [1, 2],
  3713: [3, 2],
  3711: [4, 2],
  3717: [0, 3],
  3708: [1, 3],
  3704: [2, 3],
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
    c.id ? { name: 'recommendation', params: { id: c.id } } : { name: 'zones', query: { batch: String(batch), county: c.code } }
  return { grants, arrived, cityAt }
}
