// Loads one thing for a page: the row, what failed, and whether it is under way. What failed for want
// of a server is loaded by itself when there is one.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { ApiError, online } from '../api/client'

export interface Load<T> {
  row: ShallowRef<T | null>
  error: ShallowRef<ApiError | null>
  busy: Ref<boolean>
  reload: () => Promise<void>
}

export function useLoad<T>(load: () => Promise<T>, when: () => unknown = () => null): Load<T> {
  const row = shallowRef<T | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  let turn = 0
  onScopeDispose(() => (turn = -1))

  async function reload(): Promise<void> {
    const mine = (turn += 1)
    busy.value = true
    try {
      const got = await load()
      if (mine !== turn) return
      row.value = got
      error.value = null
    } catch (e) {
      if (mine === turn) error.value = asApiError(e)
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  watch(when, reload, { immediate: true })
  watch(online, (on) => on && error.value?.code === 'offline' && void reload())
  return { row, error, busy, reload }
}

/** An error of the page itself is told like one of the server, never swallowed. */
export function asApiError(e: unknown): ApiError {
  if (e instanceof ApiError) return e
  const text = e instanceof Error ? e.message : String(e)
  return new ApiError(0, 'page', { zh: `页面出错：${text}`, en: `The page failed: ${text}` })
}
