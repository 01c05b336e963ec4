// Saved views of a list, and how one becomes the list's address and back.
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'
import { api } from '../../api'
import type { SavedView } from '../../api/register'
import { useLoad } from '../../use/load'

/** What stands in the address and is no part of a view: the place in the list, what is open beside it. */
export const OPENS = ['row', 'new']
export const PLACE = ['page', 'after', 'before']
const PASSING = [...PLACE, ...OPENS, 'view']

/** The address of what is seen, in one order, so that two can be compared. */
export function viewOf(query: LocationQuery, sort: string): string {
  const words = Object.entries(query).flatMap(([k, v]) => (PASSING.includes(k) || typeof v !== 'string' || !v ? [] : [[k, v] as [string, string]]))
  const address = new URLSearchParams([...words.filter(([k]) => k !== 'sort'), ['sort', sort]])
  address.sort()
  return address.toString()
}

export function useViews(noun: () => string) {
  const route = useRoute()
  const router = useRouter()
  const ready = ref(false)
  const { row, error, reload } = useLoad(async () => ({ noun: noun(), rows: (await api.register.views(noun())).rows }), noun)
  const views = computed(() => row.value?.rows ?? [])
  const standing = computed(() => views.value.find((v) => v.standing) ?? null)
  const open = computed(() => Number(route.query.view) || null)

  /** view=0 says that the list is wanted as it is declared, though another view would open it. */
  const show = (view: SavedView | null) =>
    router.replace({
      query: {
        ...(view ? Object.fromEntries(new URLSearchParams(view.query)) : {}),
        ...Object.fromEntries(OPENS.map((k) => [k, route.query[k]])),
        view: view ? String(view.id) : standing.value ? '0' : undefined,
      },
    })

  watch(noun, () => (ready.value = false))
  watch([row, error], async () => {
    if (ready.value || (!error.value && row.value?.noun !== noun())) return
    const bare = Object.keys(route.query).every((k) => OPENS.includes(k))
    if (!error.value && standing.value && bare) await show(standing.value)
    ready.value = true
  })
  return { views, open, ready, show, reload }
}
