// What an uploaded workbook is answered with, the same for every list.
import type { Maybe, Said } from './types'

export interface SheetFault {
  sheet: string
  row: number
  /** Letters; "" = the whole row. */
  column: string
  heading: string
  field: string
  value: string
  message: Said
}

export interface SheetTab {
  name: string
  hidden: boolean
  read: boolean
  rows: number
  hidden_rows: number
  /** Headings that no field knows, joined by 、. */
  ignored: string
  /** Columns that were converted to their own unit, joined by 、. */
  units: string
  skipped: { row: number; text: string; why: Said }[]
}

export type SheetChangeKind = 'added' | 'changed' | 'removed'

export interface SheetChange {
  kind: SheetChangeKind
  name: string
  money_before: Maybe<string>
  money_after: Maybe<string>
  fields: { zh: string; en: string; unit: Maybe<string>; before: Maybe<Said>; after: Maybe<Said> }[]
}

export interface SheetAnswer {
  /** Of the dossier that was checked; registers have none. */
  version?: number
  count: number
  added: number
  changed: number
  same: number
  removed: number
  error_count: number
  errors: SheetFault[]
  tabs: SheetTab[]
  change_count: number
  changes: SheetChange[]
  /** Sum of the list in 万元, or in the unit that it says; null where an amount is unknown. */
  money?: { before: Maybe<string>; after: Maybe<string>; unit?: string }
}

/** A workbook, or a block pasted from one. */
export type SheetInput = File | string

/** How a list takes a workbook. */
export interface SheetDoor {
  check: (what: SheetInput, replace: boolean) => Promise<SheetAnswer>
  /** removed: how many rows the reader saw that it takes away. */
  save: (what: SheetInput, replace: boolean, version?: number, removed?: number) => Promise<unknown>
  /** The same workbook with its errors marked. */
  marked: (what: SheetInput, replace: boolean) => Promise<Blob>
  /** Whether rows that the file lacks may be removed. */
  replaces: boolean
}
