// Photos of a site visit that the server has not confirmed: kept on this device with where and when
// they were taken, sent when there is a server, removed only after it has them.
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { api } from '../../api'
import { newKey, online, type ApiError } from '../../api/client'
import { asApiError } from '../../use/load'
import { dropNote, keepNote } from '../../use/recovery'
import { useUpload } from '../attachment/upload'
import { user } from '../session/session'

export interface Shot {
  key: string
  user: number
  visit: number
  item: string
  file: File
  longitude: string | null
  latitude: string | null
  accuracy: number | null
  taken_at: string
}

const NAME = 'tuijin-photos'
const TABLE = 'shots'

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const ask = indexedDB.open(NAME, 1)
    ask.onupgradeneeded = () => ask.result.createObjectStore(TABLE, { keyPath: 'key' })
    ask.onsuccess = () => resolve(ask.result)
    ask.onerror = () => reject(ask.error)
  })
}

async function within<T>(mode: IDBTransactionMode, act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await database()
  try {
    return await new Promise<T>((resolve, reject) => {
      const work = db.transaction(TABLE, mode)
      const ask = act(work.objectStore(TABLE))
      work.oncomplete = () => resolve(ask.result)
      work.onerror = work.onabort = () => reject(work.error)
    })
  } finally {
    db.close()
  }
}

const noteOf = (shot: Shot) => `${shot.user}:photo:${shot.key}`

/** The user leaves for good: his photos go with him. */
export async function forgetShots(user: number): Promise<void> {
  const all = await within('readonly', (table) => table.getAll() as IDBRequest<Shot[]>)
  for (const shot of all) if (shot.user === user) await within('readwrite', (table) => table.delete(shot.key))
}

/** The photos of one visit that wait here; `sent` is called after each that the server has taken. */
export function useOutbox(visit: () => number | null, sent: () => Promise<void>) {
  const waiting = shallowRef<Shot[]>([])
  const sending = ref<string | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const { upload, done, size, error: broken } = useUpload('selection', () => visit()!)
  let gone = false

  async function list(): Promise<void> {
    const all = await within('readonly', (table) => table.getAll() as IDBRequest<Shot[]>)
    waiting.value = all.filter((s) => s.visit === visit() && s.user === user.value?.id)
  }

  async function add(shot: Omit<Shot, 'key' | 'user' | 'visit'>): Promise<void> {
    const whole: Shot = { ...shot, key: newKey(), user: user.value!.id!, visit: visit()! }
    await within('readwrite', (table) => table.put(whole))
    keepNote(noteOf(whole), whole.item, true)
    await list()
    void flush()
  }

  async function drop(shot: Shot): Promise<void> {
    await within('readwrite', (table) => table.delete(shot.key))
    dropNote(noteOf(shot))
    await list()
  }

  /** One after the other; the first that fails stays with those behind it. */
  async function flush(): Promise<void> {
    if (sending.value || gone) return
    error.value = null
    for (let shot = waiting.value[0]; shot && !gone; shot = waiting.value[0]) {
      sending.value = shot.key
      try {
        const id = await upload(shot.file)
        if (id === null) throw broken.value
        const { item, longitude, latitude, accuracy, taken_at } = shot
        await api.selection.addPhoto(shot.visit, { item, attachment_id: id, longitude, latitude, accuracy, taken_at }, shot.key)
        await drop(shot)
        await sent()
      } catch (e) {
        error.value = asApiError(e)
        break
      } finally {
        sending.value = null
      }
    }
  }

  watch(online, (on) => on && void flush())
  onScopeDispose(() => (gone = true))
  const start = async () => (await list(), void flush())
  return { waiting, sending, error, done, size, add, drop, flush, start }
}
