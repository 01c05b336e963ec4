// What was typed and the server has not confirmed, kept on this device: under the account that wrote
// it, until the server has it or the user gives it up, at a log-out or after two weeks at the latest.
// It is not encrypted: the key would have to lie beside it, and browsers offer no cipher over plain
// HTTP, which is what most of these offices have. A dossier holds no personal data.
import { shallowRef } from 'vue'
import type { Dossier } from '../api/types'

/** What was typed and is no value yet: the text of a cell by its pointer. */
export type Unread = Readonly<Record<string, string>>

export interface Copy {
  /** Where it lies: the account, the zone, and one of its own for each page that wrote. */
  name: string
  base: number
  at: string
  dossier: Dossier
  /** What it was made from; absent where this device had no room for it. */
  before?: Dossier
  unread: Unread
}

interface Kept {
  until: number | null
  value: unknown
}

const PREFIX = 'unsent:'
const KEEP_MS = 14 * 86_400_000

let owner: number | null = null
/** The names of what the user in this session has not sent. */
export const unsent = shallowRef<string[]>([])

/** Saves what the open pages hold; a log-out asks them first. */
export const holders = new Set<() => Promise<unknown>>()

const all = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length))
const isOf = (name: string, whose: string) => name.startsWith(`${whose}:`)
const recount = () => (unsent.value = owner === null ? [] : all().filter((name) => isOf(name, String(owner))))

function read(name: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null') as Kept | null
    return kept && 'value' in kept ? kept : null
  } catch {
    return null
  }
}

/** Another account's work is neither counted nor shown, and nothing is written for it. */
export function setOwner(user: number | null): void {
  owner = user
  for (const name of all()) if ((read(name)?.until ?? Infinity) < Date.now()) localStorage.removeItem(PREFIX + name)
  recount()
}

/** The user leaves for good: what was not sent goes with him. */
export function forgetOwner(): void {
  for (const name of all()) if (isOf(name, String(owner))) localStorage.removeItem(PREFIX + name)
  setOwner(null)
}

/** A small record by a name that begins with the user; false where this device has no room. A lasting
 * one stands for a file that is kept elsewhere and does not age. */
export function keepNote(name: string, value: unknown, lasting = false): boolean {
  if (!isOf(name, String(owner))) return false
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify({ until: lasting ? null : Date.now() + KEEP_MS, value } satisfies Kept))
    return true
  } catch {
    return false
  } finally {
    recount()
  }
}

export function dropNote(name: string): void {
  localStorage.removeItem(PREFIX + name)
  recount()
}

export const findNote = (name: string): unknown => read(name)?.value ?? null

/** Without what it was made from where there is no room for both. */
export function keepCopy({ name, ...copy }: Copy): boolean {
  return keepNote(name, copy) || keepNote(name, { ...copy, before: undefined })
}

/** The copies of a zone but the one of this page itself, the newest first. */
export function findCopies(user: number, zone: number, own: string): Copy[] {
  return all()
    .filter((name) => isOf(name, `${user}:${zone}`) && name !== own)
    .map((name) => ({ ...(findNote(name) as Omit<Copy, 'name'>), name }))
    .filter((copy) => copy.dossier)
    .sort((a, b) => b.at.localeCompare(a.at))
}
