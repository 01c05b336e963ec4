// What was typed over a row of the server: kept on this device until the server has taken it, sent
// when a field is left and every half minute, and taken up again after a crash.
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { online, type ApiError } from '../api/client'
import { dropNote, findNote, holders, keepNote } from './recovery'
import { asApiError } from './load'

export type Edit = string | number | boolean | null
export type Edits = Record<string, Edit>

const EVERY_MS = 30_000

export function useEdits(name: string, send: (edits: Edits) => Promise<void>) {
  const edits = shallowRef<Edits>((findNote(name) as Edits | null) ?? {})
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const savedAt = ref<string | null>(null)
  const dirty = computed(() => Object.keys(edits.value).length > 0)

  function keep(next: Edits): void {
    edits.value = next
    if (dirty.value) keepNote(name, next)
    else dropNote(name)
  }

  const has = (key: string) => key in edits.value
  const get = <T extends Edit>(key: string, saved: T) => (has(key) ? (edits.value[key] as T) : saved)
  const set = (key: string, value: Edit) => keep({ ...edits.value, [key]: value })
  const forget = () => keep({})

  /** One save after the other; true where nothing is left to send. */
  let last: Promise<boolean> = Promise.resolve(true)
  const save = () => (last = last.then(() => (dirty.value ? once() : true)))

  async function once(): Promise<boolean> {
    const sent = edits.value
    busy.value = true
    try {
      await send(sent)
      error.value = null
      savedAt.value = new Date().toISOString()
      keep(Object.fromEntries(Object.entries(edits.value).filter(([key, value]) => sent[key] !== value)))
      return !dirty.value
    } catch (e) {
      error.value = asApiError(e)
      return false
    } finally {
      busy.value = false
    }
  }

  const timer = setInterval(() => void save(), EVERY_MS)
  watch(online, (on) => on && void save())
  holders.add(save)
  onScopeDispose(() => {
    clearInterval(timer)
    holders.delete(save)
  })
  return { has, get, set, forget, save, dirty, busy, error, savedAt }
}
