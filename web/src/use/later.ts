// What was typed, once the typing rests: so that a list is not asked for at every key.
import { onScopeDispose, ref, watch, type Ref } from 'vue'

const REST_MS = 300

export function useLater(typed: Ref<string>): Ref<string> {
  const settled = ref(typed.value.trim())
  let timer: ReturnType<typeof setTimeout>
  watch(typed, (text) => {
    clearTimeout(timer)
    timer = setTimeout(() => (settled.value = text.trim()), REST_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  return settled
}
