// The names of steps for lists, whose rows know only keys: each pack is fetched once.
import { shallowRef, watch } from 'vue'
import type { ZoneRow } from '../../api/types'
import { say } from '../../texts'
import { loadPack, type Pack } from '../pack/pack'

export function useSteps(rows: () => readonly ZoneRow[]) {
  const packs = shallowRef(new Map<string, Pack>())
  watch(
    rows,
    async (all) => {
      const hashes = [...new Set(all.map((r) => r.pack))]
      const found = await Promise.all(hashes.map(async (h) => [h, await loadPack(h)] as const)).catch(() => [])
      packs.value = new Map(found)
    },
    { immediate: true },
  )
  const stepOf = (row: ZoneRow) => say(packs.value.get(row.pack)?.step(row.step)) || row.step
  /** Step n of all; null at an end, or while the pack is on its way. */
  function stripOf(row: ZoneRow): { n: number; all: number } | null {
    const steps = packs.value.get(row.pack)?.steps ?? []
    const n = steps.findIndex((s) => s.key === row.step) + 1
    return n ? { n, all: steps.length } : null
  }
  return { stepOf, stripOf }
}
