// Files by the one door. A link that saves a file would otherwise take whatever comes: where the
// session has ended, the page behind it would be left, or an error be saved as if it were the file.
// Here the log-in is asked for in place and the file goes on; what else goes wrong is said.
import { file, isAddress } from '../api/client'
import { language, t } from '../texts'
import { ask } from './ask'
import { asApiError } from './load'

/** Offers what is there already; the address of a blob lasts until the browser has taken it. */
export function offer(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** filename*=UTF-8''… of the server, which says the name in every language. */
export function nameIn(disposition: string | null): string {
  const said = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  return said ? decodeURIComponent(said) : (/filename="([^"]+)"/.exec(disposition ?? '')?.[1] ?? '')
}

async function save(path: string): Promise<void> {
  try {
    const { content, disposition } = await file('GET', path)
    offer(content, nameIn(disposition))
  } catch (e) {
    const { said } = asApiError(e)
    await ask({ title: t('download.failed'), text: said[language.value === 'en' ? 'en' : 'zh'], yes: t('download.noted') })
  }
}

/** Every link that saves, wherever it stands. One that names its file is an attachment, which may be
 * too large to be held here. */
export function mindDownloads(): void {
  document.addEventListener('click', (e) => {
    const link = (e.target as Element | null)?.closest?.('a[download]')
    const plain = !e.defaultPrevented && e.button === 0 && !e.ctrlKey && !e.metaKey && !e.shiftKey
    if (!(link instanceof HTMLAnchorElement) || !plain || link.download) return
    const url = new URL(link.href, location.href)
    if (url.origin !== location.origin || !isAddress(url.pathname)) return
    e.preventDefault()
    void save(url.pathname + url.search)
  })
}
