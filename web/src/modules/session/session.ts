// Who is signed in. The shell, the guard of the routes and the client all ask here.
import { computed, ref, shallowRef } from 'vue'
import { api } from '../../api'
import { ApiError, onExpired } from '../../api/client'
import type { Session } from '../../api/types'

export const session = shallowRef<Session | null>(null)
export const user = computed(() => session.value?.user ?? null)
export const may = (right: string) => user.value?.rights.includes(right) ?? false

/** The session of the cookie, or null where there is none. */
export async function findSession(): Promise<Session | null> {
  try {
    session.value = await api.session.get()
  } catch (e) {
    if (!(e instanceof ApiError) || e.status !== 401) throw e
    session.value = null
  }
  return session.value
}

export async function open(account: string, password: string): Promise<void> {
  session.value = await api.session.open(account, password)
}

export async function close(): Promise<void> {
  await api.session.close()
  session.value = null
}

/** True while the dialog that logs in again in place is open. */
export const expired = ref(false)
let waiting: (() => void)[] = []

onExpired(() => {
  if (!session.value) return Promise.reject(new ApiError(401, 'session', { zh: '请先登录。', en: 'Log in first.' }))
  expired.value = true
  return new Promise((resolve) => waiting.push(resolve))
})

/** Lets every request that waits for the session go on. */
export function renewed(): void {
  expired.value = false
  const all = waiting
  waiting = []
  for (const go of all) go()
}
