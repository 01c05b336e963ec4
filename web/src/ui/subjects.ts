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

export type Subject = (typeof SUBJECTS)[number]
/** The subject that a declaration or an address names, if it is one. */
export const subjectNamed = (word: unknown) => SUBJECTS.find((s) => s === word)
export const subjectOf = (noun: string) => subjectNamed(heads.value.find((h) => h.noun === noun)?.section)
export const subjectText = (subject: Subject): TextKey => `nav.${subject}`
/** Those of which this user sees a register. */
export const subjects = () => SUBJECTS.filter((s) => heads.value.some((h) => h.section === s))
/** A register is of no subject of the header: the page of all of them leads there. */
export const hasOthers = () => heads.value.some((h) => !subjectNamed(h.section))
