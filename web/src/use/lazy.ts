// The code of a page or a part: fetched when it is first opened, or ahead of that, so that it opens
// without a network too. Where it cannot be had, a word stands in its place until it can.
import { defineAsyncComponent, defineComponent, h, type Component } from 'vue'
import { ApiError, reach } from '../api/client'
import ErrorState from '../ui/ErrorState.vue'
import LoadingBars from '../ui/LoadingBars.vue'
import { useLoad } from './load'

type Load = () => Promise<{ default: Component }>

const AHEAD_MS = 2_000
const AWAY = { zh: '这一页还没有取到：没有信号，或服务器正在重启。填过的都在；连上后自动打开。', en: 'This page is not here yet: there is no signal, or the server is starting again. What you wrote is safe; the page opens by itself.' }
const RENEWED = { zh: '系统已更新，这一页要刷新后才能打开。填过的都在。', en: 'The system was renewed: refresh to open this page. What you wrote is safe.' }

/** A page for the router. A failed fetch never rejects: the router would leave the old page without a word. */
export const page = (load: Load) => () =>
  load().then((m) => m.default, () => standIn(load))

/** A part of a page. */
export const part = (load: Load) =>
  defineAsyncComponent({ loader: page(load), loadingComponent: LoadingBars, delay: 0, suspensible: false })

/** Where the server answers and the code still does not come, another version of it stands there. */
async function fetchAgain(load: Load): Promise<Component> {
  const got = await load().catch(() => null)
  if (got) return got.default
  throw (await reach()) ? new ApiError(0, 'renewed', RENEWED) : new ApiError(0, 'offline', AWAY)
}

/** Each time it is shown it asks anew, so that what once failed is not kept. */
const standIn = (load: Load) =>
  defineComponent({
    inheritAttrs: false,
    setup(_, { attrs }) {
      const { row, error, reload } = useLoad(() => fetchAgain(load))
      const again = () => (error.value?.code === 'renewed' ? location.reload() : reload())
      return () => {
        if (row.value) return h(row.value, attrs)
        return error.value ? h(ErrorState, { error: error.value, retry: again }) : h(LoadingBars)
      }
    },
  })

/** Fetches what is likely to be opened next, one after the other, once the page itself is done; not
 * where the user has asked the browser to save data. */
export function ahead(loads: readonly (() => Promise<unknown>)[]): void {
  if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return
  setTimeout(async () => {
    for (const load of loads) await load().catch(() => undefined)
  }, AHEAD_MS)
}
