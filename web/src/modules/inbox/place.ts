// The page on which what waits at a desk is done: rows of a register open in their list.
import type { RouteLocationRaw } from 'vue-router'

const OWN: Record<string, (id: number) => RouteLocationRaw> = {
  zone: (id) => ({ name: 'zone', params: { id } }),
  recommendation: (id) => ({ name: 'recommendation', params: { id } }),
  selection: () => ({ name: 'selection' }),
}

export const placeOf = (noun: string, id: number): RouteLocationRaw =>
  OWN[noun]?.(id) ?? { name: 'register', params: { noun }, query: id ? { row: String(id) } : {} }
