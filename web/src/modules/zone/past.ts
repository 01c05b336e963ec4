// The states a draft went through, for undo and redo. Typing in one place is one step; whatever names
// no place is a step of its own.
import { ref, shallowRef } from 'vue'

const MOST = 100
const PAUSE_MS = 1_500

export function usePast<T>() {
  const back = shallowRef<T[]>([])
  const forth = shallowRef<T[]>([])
  const last = ref({ place: '', at: 0 })

  /** What stood before a change of one place. */
  function note(state: T, place: string): void {
    const now = Date.now()
    const goesOn = place !== '' && place === last.value.place && now - last.value.at < PAUSE_MS
    if (!goesOn) back.value = [...back.value, state].slice(-MOST)
    forth.value = []
    last.value = { place, at: now }
  }

  function step(from: typeof back, to: typeof back, now: T): T | null {
    const found = from.value[from.value.length - 1]
    if (found === undefined) return null
    from.value = from.value.slice(0, -1)
    to.value = [...to.value, now]
    last.value = { place: '', at: 0 }
    return found
  }

  /** States of a document that somebody else has changed since lead nowhere. */
  function clear(): void {
    back.value = forth.value = []
    last.value = { place: '', at: 0 }
  }

  return { back, note, clear, undo: (now: T) => step(back, forth, now), redo: (now: T) => step(forth, back, now) }
}
