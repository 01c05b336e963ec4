// Texts in both languages. A key that one language lacks, or that a page misspells, is a type error.
import { ref, type App } from 'vue'
import type { Said } from '../api/types'
import zh from './zh'

type Chinese = typeof zh
export type Texts = { readonly [N in keyof Chinese]: { readonly [K in keyof Chinese[N]]: string } }
export type TextKey = { [N in keyof Chinese]: `${N}.${keyof Chinese[N] & string}` }[keyof Chinese]
export type Language = 'zh' | 'en'

const STORED = 'language'
let texts: Texts = zh

export const language = ref<Language>('zh')

export const english = () => import('./en')

export async function setLanguage(next: Language): Promise<void> {
  texts = next === 'en' ? (await english()).default : zh
  language.value = next
  document.documentElement.lang = next === 'en' ? 'en' : 'zh-CN'
  localStorage.setItem(STORED, next)
}

export function storedLanguage(): Language {
  return localStorage.getItem(STORED) === 'en' ? 'en' : 'zh'
}

/** The text of a key with its {names} filled in. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  void language.value
  const [noun, name] = key.split('.') as [keyof Texts, string]
  const found = (texts[noun] as Record<string, string>)[name]
  return String(found).replace(/\{(\w+)\}/g, (_, slot: string) => String(values[slot] ?? ''))
}

/** What the server says in both languages, in the one in use. */
export function say(said: Said | null | undefined): string {
  return said ? said[language.value] || said.zh : ''
}

/** A clause as the notice numbers it: "三.4/s1" is 三、4, "一.2.d" is 一、2（4）; in English its id. */
export function cite(id: string): string {
  const [chapter, section, item] = (id.split('/')[0] ?? '').split('.')
  if (language.value === 'en' || !chapter) return id
  const below = section && section !== '0' ? `、${section}` : ''
  return `${chapter}${below}${item ? `（${/^[a-z]$/.test(item) ? item.charCodeAt(0) - 96 : item}）` : ''}`
}

declare module 'vue' {
  interface ComponentCustomProperties {
    $t: typeof t
    $cite: typeof cite
    $say: typeof say
  }
}

export const plugin = {
  install(app: App): void {
    app.config.globalProperties.$t = t
    app.config.globalProperties.$cite = cite
    app.config.globalProperties.$say = say
  },
}
