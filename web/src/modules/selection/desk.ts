// What every part of a selection works on, given down by its page.
import { inject, provide, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue'
import type { Selection, SelectionFact } from '../../api/selection'
import type { Batch } from '../../api/types'
import type { Pack } from '../pack/pack'

export const PARTS = ['overview', 'form', 'draw', 'paper', 'defence', 'site', 'rank', 'determine', 'publish'] as const
export type Part = (typeof PARTS)[number]
export const isPart = (part: string | undefined): part is Part => PARTS.includes(part as Part)
/** The part that a role of the selection is done in: `selection.site` in site; '' of any other. */
export const partOf = (role: string | null | undefined): string => (role?.startsWith('selection.') ? role.slice('selection.'.length) : '')

export interface SelectionDesk {
  batch: Batch
  pack: Pack
  /** Null for those who only look at the defence. */
  selection: ShallowRef<Selection | null>
  /** What the current step still lacks. */
  lacking: ComputedRef<SelectionFact[]>
  reload: () => Promise<void>
}

const KEY: InjectionKey<SelectionDesk> = Symbol('selection')
export const provideSelection = (desk: SelectionDesk) => provide(KEY, desk)
export const useSelection = () => inject(KEY)!

/** The name of a rule by its id, where the pack knows it. */
export const clauseOf = (pack: Pack, id: string | null | undefined) => (id && pack.clause(id)) || undefined
