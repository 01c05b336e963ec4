// The remarks that a desk sets while it reads. They outlive a reload of the page, and end with the
// standing of the step that they were set at.
import { ref, watch, type Ref } from 'vue'
import type { Mark, Zone } from '../../api/types'

export function useMarking(zone: Zone): Ref<Mark[]> {
  const key = `marking-${zone.id}-${zone.flow.round}`
  let kept: Mark[] = []
  try {
    kept = JSON.parse(sessionStorage.getItem(key) ?? '[]') as Mark[]
  } catch {
    kept = []
  }
  const marks = ref<Mark[]>(Array.isArray(kept) ? kept : [])
  watch(marks, (all) => (all.length ? sessionStorage.setItem(key, JSON.stringify(all)) : sessionStorage.removeItem(key)))
  return marks
}
