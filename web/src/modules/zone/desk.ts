// What every part of a dossier works on, given down by the page: the zone, its draft, its pack,
// the evidence, and the way to a field.
import { inject, provide, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue'
import type { Amount, Evidence, Lacks, Mark, Remark, Result, Zone } from '../../api/types'
import { t } from '../../texts'
import type { Json } from '../../use/diff'
import type { Pack } from '../pack/pack'
import type { Draft } from './draft'

export interface Target {
  part: string
  pointer: string
}

export interface Desk {
  zone: ShallowRef<Zone | null>
  pack: Pack
  draft: Draft
  readonly: ComputedRef<boolean>
  /** What lacks before it goes on, and the last return: the server's word, fetched anew after each save. */
  lacks: ShallowRef<Lacks | null>
  look: () => Promise<void>
  marks: ComputedRef<Remark[]>
  /** The remarks that this desk is about to return it with. */
  marking: Ref<Mark[]>
  evidence: ShallowRef<Evidence[]>
  saveEvidence: (row: Evidence) => Promise<void>
  go: (target: Target) => void
}

const KEY: InjectionKey<Desk> = Symbol('desk')
export const provideDesk = (desk: Desk) => provide(KEY, desk)
export const useDesk = () => inject(KEY)!

/** Pointers at fault, as the check names them. */
const placesOf = (result: Result): string[] => [result.values['位置'] ?? []].flat()

/** Where a result can be mended: what is missing first, else the fields that its rule looks at. */
export function targetOf(desk: Pick<Desk, 'pack'>, result: Result): Target | null {
  if (result.modality === 'principle' && result.status === 'not_met')
    return { part: 'exceptions', pointer: `/exceptions/${result.rule}` }
  const looked = desk.pack.rules.get(result.rule)?.at ?? []
  /** Where a whole branch is missing, the rule's own field below it is meant. */
  const narrowed = (pointer: string) => looked.find((at) => at.startsWith(`${pointer}/`)) ?? pointer
  const known = [...[...placesOf(result), ...result.missing].map(narrowed), ...looked]
  for (const pointer of known) {
    const part = pointer.startsWith('/') ? desk.pack.partOf(pointer) : undefined
    if (part && desk.pack.part(part)) return { part, pointer }
  }
  return null
}

/** The part, or the row of it, as a word: "村庄 7", "项目 P2". */
export function targetText(desk: Pick<Desk, 'draft' | 'pack'>, target: Target): string {
  const row = /^\/(plan\/projects|\w+)\/(\d+)/.exec(target.pointer)
  const part = desk.pack.partText(target.part)
  if (!row) return part
  const id = row[1] === 'plan/projects' ? desk.draft.get(`${row[0]}/id`) : Number(row[2]) + 1
  return `${part} ${String(id ?? '')}`
}

/** The props of a form field for one pointer of the dossier. */
export function useFields() {
  const desk = useDesk()
  return (pointer: string, extra: { label?: string; help?: string } = {}) => ({
    label: extra.label ?? desk.pack.label(pointer),
    help: extra.help ?? desk.pack.help(pointer),
    unit: desk.pack.unit(pointer),
    pointer,
    error: desk.pack.field(pointer)?.type === 'int' && pointer in desk.draft.unread.value ? t('field.notCount') : undefined,
  })
}

/** A value of the dossier as a v-model: `{ modelValue, 'onUpdate:modelValue' }`. */
export function useBind() {
  const { draft, readonly } = useDesk()
  return <T = Json>(pointer: string) => ({
    modelValue: draft.get(pointer) as T | undefined,
    'onUpdate:modelValue': (value: unknown) => draft.set(pointer, value),
    disabled: readonly.value,
  })
}

/** An amount or a count as a v-model, with what was typed there and is none. */
export function useTyped<T = Amount>() {
  const { draft } = useDesk()
  const bind = useBind()
  return (pointer: string) => ({
    ...bind<T>(pointer),
    unread: draft.unread.value[pointer],
    'onUpdate:unread': (typed: string | undefined) => draft.setUnread(pointer, typed),
  })
}
