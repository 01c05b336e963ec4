// Brings the field of a pointer into view, marks it and puts the cursor into it. A page may still be
// loading, so it looks again for a while; where the field itself is not on the page, its nearest parent
// is. A line of totals has no field of its own: the next one that has is meant, an amount before a name.
// A grid that draws its own cells is told the pointer and finds the cell itself.
import { pointerParts } from '../../use/diff'

const FOCUSABLE = 'input:not([disabled]), select:not([disabled]), textarea:not([disabled]), button:not([disabled])'
const FIRST = ['[data-cell] input:not([disabled])', '.box input:not([disabled]), .box select:not([disabled]), .box textarea:not([disabled])', FOCUSABLE]
const MARKED_MS = 4000

function find(pointer: string): HTMLElement | null {
  const parts = pointerParts(pointer)
  for (let n = parts.length; n > 0; n -= 1) {
    const shorter = `/${parts.slice(0, n).join('/')}`
    const found = document.querySelector<HTMLElement>(`.part [data-pointer="${CSS.escape(shorter)}"]`)
    if (found) return found
    const below = document.querySelector<HTMLElement>(`.part [data-pointer^="${CSS.escape(`${shorter}/`)}"]`)
    if (below && n === parts.length) return below
  }
  return null
}

function fieldIn(box: Element): HTMLElement | null {
  for (const kind of FIRST) {
    const field = box.matches(FOCUSABLE) ? (box as HTMLElement) : box.querySelector<HTMLElement>(kind)
    if (field) return field
  }
  return null
}

/** Marks what was jumped to, until it has been seen. */
export function mark(element: HTMLElement): void {
  element.classList.add('found')
  setTimeout(() => element.classList.remove('found'), MARKED_MS)
}

export async function reveal(pointer: string): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) {
    const place = find(pointer)
    if (place) return show(place, pointer)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function show(place: HTMLElement, pointer: string): void {
  for (let fold = place.closest('details'); fold; fold = fold.parentElement?.closest('details') ?? null) fold.open = true
  place.scrollIntoView({ block: 'center' })
  const cells = place.closest('[data-cells]')
  if (cells) {
    cells.dispatchEvent(new CustomEvent('reveal', { detail: pointer }))
    return
  }
  let box: Element | null = place
  while (box && !fieldIn(box)) box = box.nextElementSibling
  mark((box as HTMLElement | null) ?? place)
  if (box) fieldIn(box)!.focus({ preventScroll: true })
}
