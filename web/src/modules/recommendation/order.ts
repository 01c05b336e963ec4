// The order and the choice of a city: each change is sent as a whole and read back, so that what
// the page says of it is always the server's.
import { ref, type Ref } from 'vue'
import { api } from '../../api'
import type { CandidateRow, Recommendation } from '../../api/types'
import { t } from '../../texts'
import { useAct } from '../../use/act'

interface Shown {
  recommendation: Recommendation
  candidates: CandidateRow[]
}

export function useOrder(shown: Readonly<Ref<Shown | null>>, reload: () => Promise<void>) {
  const said = ref('')

  const { run, busy, error } = useAct(async (order: CandidateRow[]) => {
    const { id, version } = shown.value!.recommendation
    const zones = order.map((c) => ({ zone_id: c.zone_id, chosen: c.chosen, passed_over_reason: c.passed_over_reason || undefined }))
    await api.recommendation.save(id, { version, zones })
    await reload()
  })

  const ready = () => shown.value!.candidates.filter((c) => c.ready)

  /** One place up (-1) or down (1). */
  async function move(candidate: CandidateRow, by: number): Promise<void> {
    const order = ready()
    const from = order.indexOf(candidate)
    const to = from + by
    if (from < 0 || to < 0 || to >= order.length) return
    order.splice(from, 1)
    order.splice(to, 0, candidate)
    if (await run(order)) said.value = t('recommendation.moved', { name: candidate.name, n: to + 1 })
  }

  /** Where an area has one place, the one chosen before makes room. */
  async function choose(candidate: CandidateRow): Promise<void> {
    const chosen = !candidate.chosen
    const order = ready().map((c) => {
      if (c === candidate) return { ...c, chosen, passed_over_reason: chosen ? null : c.passed_over_reason }
      return chosen && c.area === candidate.area && candidate.places === 1 ? { ...c, chosen: false } : c
    })
    if (await run(order)) said.value = t(chosen ? 'recommendation.isChosen' : 'recommendation.notChosen', { name: candidate.name })
  }

  async function explain(candidate: CandidateRow, reason: string): Promise<void> {
    const order = ready().map((c) => (c === candidate ? { ...c, passed_over_reason: reason } : c))
    if (await run(order)) said.value = t('recommendation.reasonSaved', { name: candidate.name })
  }

  return { move, choose, explain, busy, error, said }
}
