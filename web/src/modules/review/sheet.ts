// One's own sheet: what is typed over what the server has, what is extreme, and what lacks.
import { computed, shallowRef } from 'vue'
import { api } from '../../api'
import type { NewScore, ScoreItem, Sheet } from '../../api/review'
import { useEdits, type Edits } from '../../use/edits'
import { user } from '../session/session'

export interface Line extends ScoreItem {
  extreme: boolean
  /** An extreme score whose reason is too short. */
  unreasoned: boolean
}

export function useSheet(first: Sheet) {
  const sheet = shallowRef(first)
  const edits = useEdits(`${user.value!.id}:sheet:${first.id}`, send)

  async function send(changed: Edits): Promise<void> {
    const items = sheet.value.items.filter((i) => `${i.key}/points` in changed || `${i.key}/reason` in changed)
    const scores: NewScore[] = items.map((i) => ({
      item: i.key,
      points: `${i.key}/points` in changed ? (changed[`${i.key}/points`] as number | null) : i.points,
      reason: `${i.key}/reason` in changed ? (changed[`${i.key}/reason`] as string | null) : i.reason,
    }))
    const note = 'note' in changed ? (changed.note as string | null) : undefined
    sheet.value = await api.review.save(sheet.value.id, sheet.value.version, scores, note)
  }

  const lines = computed<Line[]>(() =>
    sheet.value.items.map((item) => {
      const points = edits.get(`${item.key}/points`, item.points)
      const reason = edits.get(`${item.key}/reason`, item.reason)
      const extreme = points !== null && (points <= item.low || points >= item.high)
      const unreasoned = extreme && (reason ?? '').trim().length < sheet.value.reason_min
      return { ...item, points, reason, extreme, unreasoned }
    }),
  )
  const given = computed(() => lines.value.filter((l) => l.points !== null))
  const total = computed(() => given.value.reduce((sum, l) => sum + l.points!, 0))
  const left = computed(() => lines.value.filter((l) => l.points === null).reduce((sum, l) => sum + l.max, 0))
  const lacks = computed(() => lines.value.filter((l) => l.points === null || l.unreasoned))
  const writable = computed(() => sheet.value.may.write)

  async function submit(): Promise<void> {
    if (!(await edits.save()) && edits.error.value) throw edits.error.value
    sheet.value = await api.review.submit(sheet.value.id, sheet.value.version)
  }

  return { sheet, edits, lines, given, total, left, lacks, writable, submit }
}

export type OwnSheet = ReturnType<typeof useSheet>
