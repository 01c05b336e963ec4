// The dossier under work: edited in place, saved every 30 s and on leaving a field, protected by its
// version, merged with another desk's edit, kept on this device until the server has confirmed it.
// Every change can be undone; what was typed and is no value yet is kept beside the dossier.
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { api } from '../../api'
import { ApiError, newKey, online } from '../../api/client'
import type { Check, Dossier } from '../../api/types'
import { at, merge, put, type Conflict, type Json } from '../../use/diff'
import { asApiError } from '../../use/load'
import { dropNote, findCopies, holders, keepCopy, type Copy, type Unread } from '../../use/recovery'
import { usePast } from './past'
import { moveUnread } from './unread'

const AUTOSAVE_MS = 30_000
const LEAVE_MS = 800
const COPY_MS = 500

export type Draft = ReturnType<typeof useDraft>
interface State {
  dossier: Dossier
  unread: Unread
}

export function useDraft(zone: number, user: number, readonly: () => boolean, keys: readonly string[] = []) {
  const dossier = shallowRef<Dossier>({ zone: '', county: '' })
  const base = shallowRef<Dossier>(dossier.value)
  const version = ref(0)
  const check = shallowRef<Check | null>(null)
  const checkedAt = ref<string | null>(null)
  const savedAt = ref<string | null>(null)
  const saving = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const conflicts = shallowRef<Conflict[]>([])
  const mergedWith = ref<number | null>(null)
  /** Copies of other pages and days, the newest first: each stays until it is taken or refused. */
  const recovered = shallowRef<Copy[]>([])
  /** Copies that are taken up, which go when the server has what they held. */
  let taken: string[] = []
  const unread = shallowRef<Unread>({})
  const roomless = ref(false)
  const past = usePast<State>()
  const own = `${user}:${zone}:${newKey()}`
  const dirty = computed(() => dossier.value !== base.value && text(dossier.value) !== text(base.value))
  let sending: { text: string; key: string } | null = null

  async function load(): Promise<void> {
    const [saved, answer] = await Promise.all([api.zone.dossier(zone), api.zone.check(zone)])
    const was = version.value > 0 ? state() : null
    const mine = dirty.value ? merge(asJson(base.value), asJson(dossier.value), asJson(saved.dossier), keys) : null
    base.value = saved.dossier
    dossier.value = mine ? (mine.merged as unknown as Dossier) : saved.dossier
    conflicts.value = mine?.conflicts ?? []
    version.value = saved.version
    savedAt.value = saved.saved_at
    take(answer)
    past.clear()
    if (was && text(was.dossier) !== text(dossier.value)) past.note(was, '')
    look()
  }

  function take(answer: Check): void {
    check.value = answer
    checkedAt.value = new Date().toISOString()
  }

  /** A copy with nothing but unreadable cells asks no question: they go back to where they stood. */
  function look(): void {
    const copies = findCopies(user, zone, own)
    const same = copies.filter((copy) => text(copy.dossier) === text(base.value))
    unread.value = Object.assign({}, ...same.map((copy) => copy.unread), unread.value)
    copyNow()
    if (!roomless.value) for (const copy of same) dropNote(copy.name)
    recovered.value = copies.filter((copy) => !same.includes(copy) && !taken.includes(copy.name))
  }

  /** Takes up a copy of this device, merged into what stands here by now. */
  function recover(copy: Copy): void {
    if (readonly()) return
    recovered.value = recovered.value.filter((one) => one !== copy)
    taken.push(copy.name)
    past.note(state(), '')
    const { merged, conflicts: both } = merge(copy.before ? asJson(copy.before) : {}, asJson(copy.dossier), asJson(dossier.value), keys)
    unread.value = { ...copy.unread, ...unread.value }
    dossier.value = merged as unknown as Dossier
    conflicts.value = both
    void save()
  }

  function forget(copy: Copy): void {
    recovered.value = recovered.value.filter((one) => one !== copy)
    dropNote(copy.name)
  }

  function get(pointer: string): Json | undefined {
    return at(asJson(dossier.value), pointer)
  }

  const state = (): State => ({ dossier: dossier.value, unread: unread.value })

  function set(pointer: string, value: unknown): void {
    if (readonly()) return
    const next = put(asJson(dossier.value), pointer, value as Json | undefined) as unknown as Dossier
    note(typeof value === 'string' ? pointer : '')
    become({ dossier: next, unread: follow(next) })
  }

  /** Several changes as one step of undo; those of one place, typed one after the other, are one too. */
  function together(act: () => void, place = ''): void {
    note(place)
    whole = true
    act()
    whole = false
  }
  let whole = false
  const note = (place: string) => whole || past.note(state(), place)

  const follow = (next: Dossier) => moveUnread(unread.value, asJson(dossier.value), asJson(next), keys)

  /** The text of a cell that could not be read; undefined: it can. */
  function setUnread(pointer: string, typed: string | undefined): void {
    if (readonly() || unread.value[pointer] === typed) return
    note(pointer)
    const { [pointer]: _, ...rest } = unread.value
    become({ dossier: dossier.value, unread: typed === undefined ? rest : { ...rest, [pointer]: typed } })
  }

  function become(next: State | null): void {
    if (!next || readonly()) return
    dossier.value = next.dossier
    unread.value = next.unread
    later('copy', COPY_MS, copyNow)
  }
  const undo = () => become(past.undo(state()))
  const redo = () => become(past.redo(state()))

  /** While two edits of one thing wait for a choice, the copy of before is the only one with both. */
  function copyNow(): void {
    if (conflicts.value.length > 0) return
    if (!dirty.value && Object.keys(unread.value).length === 0) {
      roomless.value = false
      return dropNote(own)
    }
    const at = new Date().toISOString()
    roomless.value = !keepCopy({ name: own, base: version.value, at, dossier: dossier.value, before: base.value, unread: unread.value })
  }

  /** One save after the other; true where nothing is left to send. */
  let last: Promise<boolean> = Promise.resolve(true)
  const save = (): Promise<boolean> => (last = last.then(once, once))

  async function once(): Promise<boolean> {
    if (conflicts.value.length > 0) return false
    if (!dirty.value || readonly()) {
      error.value = null
      settled()
      return true
    }
    saving.value = true
    const sent = dossier.value
    if (sending?.text !== text(sent)) sending = { text: text(sent), key: newKey() }
    try {
      const answer = await api.zone.save(zone, version.value, sent, sending.key)
      version.value = answer.version
      base.value = sent
      savedAt.value = new Date().toISOString()
      take(answer.check)
      error.value = null
      copyNow()
      settled()
    } catch (e) {
      error.value = asApiError(e)
    } finally {
      saving.value = false
    }
    if (error.value?.code !== 'stale') return error.value === null
    return join().catch((e) => ((error.value = asApiError(e)), false))
  }

  /** The server has what was taken up, or it was given up field by field. */
  function settled(): void {
    if (!readonly()) for (const name of taken.splice(0)) dropNote(name)
  }

  /** Somebody else saved meanwhile: join both edits; ask only where both changed one thing. */
  async function join(): Promise<boolean> {
    const current = await api.zone.dossier(zone)
    const both = merge(asJson(base.value), asJson(dossier.value), asJson(current.dossier), keys)
    copyNow()
    past.clear()
    unread.value = follow(both.merged as unknown as Dossier)
    base.value = current.dossier
    version.value = current.version
    mergedWith.value = current.version
    dossier.value = both.merged as unknown as Dossier
    conflicts.value = both.conflicts
    error.value = null
    return both.conflicts.length > 0 ? false : once()
  }

  /** The user's choice for each conflict: true keeps mine. */
  function settle(mine: boolean[]): void {
    const all = conflicts.value
    conflicts.value = []
    all.forEach((c, i) => mine[i] && set(c.pointer, c.mine))
    void save()
  }

  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  function later(name: string, ms: number, act: () => unknown): void {
    clearTimeout(timers.get(name))
    timers.set(name, setTimeout(act, ms))
  }
  const leave = () => later('save', LEAVE_MS, save)
  const hide = () => document.visibilityState === 'hidden' && (copyNow(), void save())
  const every = setInterval(save, AUTOSAVE_MS)
  holders.add(save)
  document.addEventListener('visibilitychange', hide)
  watch(online, (on) => on && void save())
  window.addEventListener('beforeunload', copyNow)
  onScopeDispose(() => {
    clearInterval(every)
    copyNow()
    void save()
    for (const timer of timers.values()) clearTimeout(timer)
    document.removeEventListener('visibilitychange', hide)
    holders.delete(save)
    window.removeEventListener('beforeunload', copyNow)
  })

  async function recheck(): Promise<void> {
    if (await save()) take(await api.zone.check(zone))
  }

  return {
    dossier, version, check, checkedAt, savedAt, saving, error, conflicts, mergedWith, recovered, dirty, unread, roomless,
    undoable: computed(() => past.back.value.length > 0 && !readonly()),
    load, recover, forget, get, set, setUnread, together, undo, redo, save, settle, leave, recheck,
  }
}

const text = (dossier: Dossier) => JSON.stringify(dossier)
const asJson = (dossier: Dossier) => dossier as unknown as Json
