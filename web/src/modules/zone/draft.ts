// The dossier under work: edited in place, saved every 30 s and on leaving a field, protected by its
// version, merged with another desk's edit, kept on this device until the server has confirmed it.
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { api } from '../../api'
import { ApiError, newKey } from '../../api/client'
import type { Check, Dossier } from '../../api/types'
import { at, merge, put, type Conflict, type Json } from '../../use/diff'
import { asApiError } from '../../use/load'
import { dropCopy, findCopy, keepCopy, type Copy } from '../../use/recovery'

const AUTOSAVE_MS = 30_000
const LEAVE_MS = 800
const COPY_MS = 500

export type Draft = ReturnType<typeof useDraft>

export function useDraft(zone: number, user: number, readonly: () => boolean) {
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
  const recovered = shallowRef<Copy | null>(null)
  const dirty = computed(() => dossier.value !== base.value && text(dossier.value) !== text(base.value))
  let sending: { text: string; key: string } | null = null

  async function load(): Promise<void> {
    const [saved, answer] = await Promise.all([api.zone.dossier(zone), api.zone.check(zone)])
    dossier.value = base.value = saved.dossier
    version.value = saved.version
    savedAt.value = saved.saved_at
    take(answer)
    const copy = findCopy(user, zone)
    if (copy && text(copy.dossier) !== text(saved.dossier)) recovered.value = copy
    else dropCopy(user, zone)
  }

  function take(answer: Check): void {
    check.value = answer
    checkedAt.value = new Date().toISOString()
  }

  /** Takes up the copy of this device again, merged into what the server has by now. */
  function recover(copy: Copy): void {
    recovered.value = null
    const old = copy.base === version.value ? asJson(base.value) : {}
    const { merged, conflicts: both } = merge(old, asJson(copy.dossier), asJson(base.value))
    dossier.value = merged as unknown as Dossier
    conflicts.value = both
    void save()
  }

  function forget(): void {
    recovered.value = null
    dropCopy(user, zone)
  }

  function get(pointer: string): Json | undefined {
    return at(asJson(dossier.value), pointer)
  }

  function set(pointer: string, value: unknown): void {
    if (readonly()) return
    dossier.value = put(asJson(dossier.value), pointer, value as Json | undefined) as unknown as Dossier
    later('copy', COPY_MS, copyNow)
  }

  function copyNow(): void {
    if (!dirty.value) return dropCopy(user, zone)
    keepCopy(user, { zone, base: version.value, at: new Date().toISOString(), dossier: dossier.value })
  }

  async function save(): Promise<boolean> {
    if (saving.value || conflicts.value.length > 0) return false
    if (!dirty.value || readonly()) {
      error.value = null
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
    } catch (e) {
      error.value = asApiError(e)
    } finally {
      saving.value = false
    }
    if (error.value?.code === 'stale') return join()
    return error.value === null
  }

  /** Somebody else saved meanwhile: join both edits; ask only where both changed one thing. */
  async function join(): Promise<boolean> {
    const current = await api.zone.dossier(zone)
    const both = merge(asJson(base.value), asJson(dossier.value), asJson(current.dossier))
    base.value = current.dossier
    version.value = current.version
    mergedWith.value = current.version
    dossier.value = both.merged as unknown as Dossier
    conflicts.value = both.conflicts
    error.value = null
    return both.conflicts.length > 0 ? false : save()
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
  document.addEventListener('visibilitychange', hide)
  window.addEventListener('online', save)
  window.addEventListener('beforeunload', copyNow)
  onScopeDispose(() => {
    clearInterval(every)
    copyNow()
    void save()
    for (const timer of timers.values()) clearTimeout(timer)
    document.removeEventListener('visibilitychange', hide)
    window.removeEventListener('online', save)
    window.removeEventListener('beforeunload', copyNow)
  })

  async function recheck(): Promise<void> {
    if (await save()) take(await api.zone.check(zone))
  }

  return {
    dossier, version, check, checkedAt, savedAt, saving, error, conflicts, mergedWith, recovered, dirty,
    load, recover, forget, get, set, save, settle, leave, recheck,
  }
}

const text = (dossier: Dossier) => JSON.stringify(dossier)
const asJson = (dossier: Dossier) => dossier as unknown as Json
