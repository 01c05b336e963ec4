// Runs one act of the user: busy while it runs, the error beside the button that failed.
import { ref, shallowRef } from 'vue'
import type { ApiError } from '../api/client'
import { asApiError } from './load'

export function useAct<A extends unknown[]>(act: (...args: A) => Promise<void>) {
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)

  async function run(...args: A): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    error.value = null
    try {
      await act(...args)
      return true
    } catch (e) {
      error.value = asApiError(e)
      return false
    } finally {
      busy.value = false
    }
  }

  return { run, busy, error }
}
