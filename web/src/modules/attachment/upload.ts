// Uploads in pieces, so that a lost connection costs one piece; taken up again where it stopped.
import { ref, shallowRef } from 'vue'
import { api } from '../../api'
import type { ApiError } from '../../api/client'
import type { Upload } from '../../api/types'
import { asApiError } from '../../use/load'

const PIECE = 1 << 20
const PAUSE_MS = 3000
const TRIES = 20
/** Failures that pass: the piece is asked for again, from where the server stands. */
const PASSING = new Set(['offline', 'busy', 'down', 'conflict'])

const nameOf = (file: File, noun: string, id: number) => `upload:${noun}:${id}:${file.name}:${file.size}:${file.lastModified}`
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS))

export function useUpload(noun: string, nounId: () => number) {
  const done = ref(0)
  const size = ref(0)
  const busy = ref(false)
  const error = shallowRef<ApiError | null>(null)

  /** The id of the attachment, or null where it failed (the error says why). */
  async function upload(file: File): Promise<number | null> {
    busy.value = true
    error.value = null
    done.value = 0
    size.value = file.size
    try {
      return await pieces(file, nameOf(file, noun, nounId()))
    } catch (e) {
      error.value = asApiError(e)
      return null
    } finally {
      busy.value = false
    }
  }

  async function pieces(file: File, name: string): Promise<number> {
    let state = await begin(file, name)
    for (let tries = 0; state.received < file.size; ) {
      done.value = state.received
      try {
        state = await api.attachment.piece(state.id, state.received, file.slice(state.received, state.received + PIECE))
        tries = 0
      } catch (e) {
        const failed = asApiError(e)
        tries += 1
        if (tries > TRIES || !PASSING.has(failed.code)) throw failed
        if (failed.code !== 'conflict') await pause()
        state = (await api.attachment.state(state.id).catch(() => null)) ?? state
      }
    }
    done.value = file.size
    localStorage.removeItem(name)
    return (await api.attachment.finish(state.id)).id
  }

  async function begin(file: File, name: string): Promise<Upload> {
    const known = Number(localStorage.getItem(name))
    const kept = known ? await api.attachment.state(known).catch(() => null) : null
    if (kept && kept.attachment_id === null) return kept
    const state = await api.attachment.open(file, noun, nounId())
    localStorage.setItem(name, String(state.id))
    return state
  }

  return { upload, done, size, busy, error }
}
