// The copy on this device of what the server has not confirmed. It is kept per user and zone, and
// removed only after the server has taken it.
import { shallowRef } from 'vue'
import type { Dossier } from '../api/types'

export interface Copy {
  zone: number
  base: number
  at: string
  dossier: Dossier
}

const PREFIX = 'unsent:'
const nameOf = (user: number, zone: number) => `${PREFIX}${user}:${zone}`

export const unsent = shallowRef<string[]>(list())

function list(): string[] {
  return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))
}

/** A small record of another page, by a name of its own that begins with the user. */
export function keepNote(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value))
  } catch {
    // As below: the page still holds the work.
  }
  unsent.value = list()
}

export function dropNote(name: string): void {
  localStorage.removeItem(PREFIX + name)
  unsent.value = list()
}

export function findNote(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null')
  } catch {
    return null
  }
}

export function keepCopy(user: number, copy: Copy): void {
  try {
    localStorage.setItem(nameOf(user, copy.zone), JSON.stringify(copy))
  } catch {
    // A full or closed store costs only the recovery copy; the page still holds the work.
  }
  unsent.value = list()
}

export function dropCopy(user: number, zone: number): void {
  localStorage.removeItem(nameOf(user, zone))
  unsent.value = list()
}

export function findCopy(user: number, zone: number): Copy | null {
  const text = localStorage.getItem(nameOf(user, zone))
  try {
    return text ? (JSON.parse(text) as Copy) : null
  } catch {
    return null
  }
}
