// Brings the field of a pointer into view and puts the cursor into it. A page may still be loading,
// so it looks again for a second; where the field itself is not on the page, its nearest parent is.
// A line of totals has no field of its own: the next one that has is meant.
import { pointerParts } from '../../use/diff'

const FOCUSABLE = 'input:not([disabled]), select:not([disabled]), textarea:not([disabled]), button:not([disabled])'

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

export async function reveal(pointer: string): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    const field = find(pointer)
    if (field) {
      field.scrollIntoView({ block: 'center' })
      let box: Element | null = field
      while (box && !box.querySelector(FOCUSABLE)) box = box.nextElementSibling
      box?.querySelector<HTMLElement>(FOCUSABLE)?.focus({ preventScroll: true })
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
