// The three widths of the look: wide (check beside the page), middle (check as a drawer), phone.
import { ref } from 'vue'

function matches(media: string) {
  const list = window.matchMedia(media)
  const on = ref(list.matches)
  list.addEventListener('change', (e) => (on.value = e.matches))
  return on
}

export const isWide = matches('(min-width: 1200px)')
export const isPhone = matches('(max-width: 767px)')
