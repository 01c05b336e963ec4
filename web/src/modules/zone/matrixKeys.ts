// Arrow keys and Enter between the amounts of the matrix, whose cells are named "row:column".
import type { Ref } from 'vue'
import type { Column } from './funds'

type Place = [row: number, column: number]

export function useMatrixKeys(table: Ref<HTMLElement | undefined>, rows: () => { key: string }[], columnsAt: (row: number) => Column[]) {
  function place(e: Event): Place | null {
    const cell = (e.target as Element).closest('[data-cell]')?.getAttribute('data-cell')?.split(':')
    const row = cell ? rows().findIndex((r) => r.key === cell[0]) : -1
    return row < 0 ? null : [row, Math.max(0, columnsAt(row).indexOf(cell![1] as Column))]
  }

  function inputAt([row, column]: Place): HTMLInputElement | null {
    const line = rows()[row]
    const level = line && columnsAt(row)[Math.min(column, columnsAt(row).length - 1)]
    return level ? table.value!.querySelector<HTMLInputElement>(`[data-cell="${line!.key}:${level}"] input`) : null
  }

  function move(e: KeyboardEvent): void {
    const at = place(e)
    const input = e.target as HTMLInputElement
    const ends = input.selectionStart === input.selectionEnd
    const step: Record<string, Place | false> = {
      Enter: [1, 0],
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowRight: ends && input.selectionEnd === input.value.length && [0, 1],
      ArrowLeft: ends && input.selectionStart === 0 && [0, -1],
    }
    const by = step[e.key]
    const next = at && by ? inputAt([at[0] + by[0], at[1] + by[1]]) : null
    if (!next) return
    e.preventDefault()
    next.focus()
    next.select()
  }

  return { place, move }
}
