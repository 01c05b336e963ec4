// One question before what cannot be taken back at a glance; the shell shows it.
import { shallowRef } from 'vue'

export interface Question {
  title: string
  text: string
  yes: string
}

export const asked = shallowRef<(Question & { answer: (yes: boolean) => void }) | null>(null)

export function ask(question: Question): Promise<boolean> {
  asked.value?.answer(false)
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      asked.value = null
      resolve(yes)
    }
    asked.value = { ...question, answer }
  })
}
