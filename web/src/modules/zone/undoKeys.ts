// Ctrl+Z and Ctrl+Y on a page of the dossier. A field with typing of its own undoes that first, as the
// browser does it; else the last change of the dossier goes back.
import type { Draft } from './draft'

const isTyped = (e: Element): e is HTMLInputElement | HTMLTextAreaElement =>
  e instanceof HTMLTextAreaElement || (e instanceof HTMLInputElement && !['checkbox', 'radio', 'file', 'button'].includes(e.type))

export function useUndoKeys(draft: Draft) {
  let entered = ''
  const enter = (e: FocusEvent) => (entered = isTyped(e.target as Element) ? (e.target as HTMLInputElement).value : '')

  function press(e: KeyboardEvent): void {
    const key = e.key.toLowerCase()
    if (!(e.ctrlKey || e.metaKey) || e.altKey || (key !== 'z' && key !== 'y')) return
    const field = e.target as HTMLInputElement
    if (isTyped(field) && field.value !== entered) return
    e.preventDefault()
    if (key === 'y' || e.shiftKey) draft.redo()
    else draft.undo()
  }

  return { enter, press }
}
