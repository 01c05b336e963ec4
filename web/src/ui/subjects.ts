// The subjects of the header: what registers are about, as their declarations say it (`section`).
import { ref } from 'vue'
import { api } from '../api'
import type { RegisterHead } from '../api/register'
import type { TextKey } from '../texts'

/** In the order of the notice; a register of another word stands among all of them. */
const SUBJECTS = ['funds', 'projects', 'monitoring', 'governance', 'assessment'] as const

export const heads = ref<readonly RegisterHead[]>([])
export async function loadHeads(): Promise<void> {
  heads.value = (await api.register.all()).rows
}

export const subjectOf = (noun: string) => SUBJECTS.find((s) => heads.value.some((h) => h.noun === noun && h.section === s))
export const subjectText = (subject: string): TextKey => `nav.${subject}` as TextKey
/** Those of which this user sees a register. */
export const subjects = () => SUBJECTS.filter((s) => heads.value.some((h) => h.section === s))
