// Who is signed in. The shell, the guard of the routes and the client all ask here.
import { ref, shallowRef } from 'vue'
import { api } from '../../api'
import { ApiError, onExpired } from '../../api/client'
import type { Session } from '../../api/types'
import { forgetOwner, setOwner } from '../../use/recovery'

/** Of the user; null for a guest. */
export const session = shallowRef<Session | null>(null)
export const user = session
export const may = (right: string) => session.value?.rights.includes(right) ?? false
/** The user's territory in words. */
export const scope = ref('')

function take(found: Session): Session | null {
  const signed = found.id === null ? null : found
  if (signed) setOwner(signed.id)
  if (signed && signed.territory !== session.value?.territory) void nameScope(signed)
  return (session.value = signed)
}

async function nameScope(signed: Session): Promise<void> {
  scope.value = signed.organ
  if (!signed.territory || !signed.rights.includes('region.read')) return
  const found = await api.region.find({ q: signed.territory }).catch(() => null)
  const own = found?.rows.find((r) => r.code === signed.territory)
  if (own) scope.value = [...own.path.split(' / '), own.name].filter(Boolean).join(' › ')
}

/** The session of the cookie, or null where there is none. */
export const findSession = async () => take(await api.session.get())

export async function open(account: string, password: string, code?: string): Promise<void> {
  take(await api.session.open(account, password, code))
}

export async function close(): Promise<void> {
  await api.session.close()
  forgetOwner()
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
