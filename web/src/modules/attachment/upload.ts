// Uploads in pieces, so that a lost connection costs one piece; taken up again where it stopped.
import { ref, shallowRef } from 'vue'
import { api } from '../../api'
import { ApiError } from '../../api/client'
import { asApiError } from '../../use/load'

const PIECE = 1 << 20
const PAUSE_MS = 3000
const TRIES = 20

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
    for (let tries = 0; tries < TRIES; ) {
      done.value = state.offset
      try {
        const piece = file.slice(state.offset, state.offset + PIECE)
        const answer = await api.attachment.chunk(state.id, state.offset, piece)
        if (answer.attachment_id) {
          localStorage.removeItem(name)
          done.value = file.size
          return answer.attachment_id
        }
        state = { id: state.id, offset: answer.offset }
        tries = 0
      } catch (e) {
        const failed = asApiError(e)
        if (failed.code !== 'offline' && failed.status !== 409) {
          localStorage.removeItem(name)
          throw failed
        }
        tries += 1
        if (failed.code === 'offline') await pause()
        state = await resume(state, failed)
      }
    }
    throw error.value ?? new ApiError(0, 'offline', { zh: '上传中断，请再选一次同一文件续传。', en: 'The upload stopped; choose the same file again to go on.' })
  }

  async function begin(file: File, name: string): Promise<{ id: string; offset: number }> {
    const known = localStorage.getItem(name)
    if (known) {
      const state = await api.attachment.state(known).catch(() => null)
      if (state) return { id: known, offset: state.offset }
    }
    const state = await api.attachment.open(file, noun, nounId())
    localStorage.setItem(name, state.id)
    return { id: String(state.id), offset: state.offset }
  }

  async function resume(state: { id: string; offset: number }, failed: ApiError) {
    const told = (failed.body as { offset?: number } | null)?.offset
    if (typeof told === 'number') return { id: state.id, offset: told }
    const now = await api.attachment.state(state.id).catch(() => null)
    return { id: state.id, offset: now?.offset ?? state.offset }
  }

  return { upload, done, size, busy, error }
}
