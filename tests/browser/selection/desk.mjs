// What the province's hands do at its desk for the selection, station after station.
import { forward, reads } from '../hands.mjs'
import { until } from '../tally.mjs'
import { settled } from '../world.mjs'

export const PROVINCE = '37-rural-handler'
export const SIGNERS = ['37-rural-signer', '37-finance-signer']
export const WHY = '样例理由：三个产业项目都写明了联结方式和户数，收入测算有依据。'
const DAY_MS = 86_400_000
const china = (days) => new Date(Date.now() + 8 * 3_600_000 + days * DAY_MS).toISOString()
export const dayIn = (days) => china(days).slice(0, 10)
export const minuteIn = (days) => china(days).slice(0, 16)

const tab = (page, name) => page.getByRole('navigation', { name: '竞争立项各部分' }).getByRole('link', { name: new RegExp(name) })

export async function part(page, name) {
  await tab(page, name).click()
  await until(async () => (await tab(page, name).getAttribute('aria-current')) === 'page', () => page.url())
  await settled(page)
}

export const at = (page, step) => reads(page.locator('[aria-current=step]'), step)

export async function onward(page, act, step) {
  await forward(page, act)
  await at(page, step)
}

/** Presses what opens a dialog of the same name, fills it in, and presses the same word in it. */
export async function through(page, act, fill = () => {}, from = page) {
  await from.getByRole('button', { name: act, exact: true }).first().click()
  const dialog = page.getByRole('dialog', { name: act })
  await fill(dialog)
  await dialog.getByRole('button', { name: act, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  await settled(page)
}

export async function openRound(page) {
  await through(page, '开始评审', (dialog) => dialog.getByLabel('截止时间').fill(minuteIn(2)))
  await reads(page.getByRole('main'), '评审中')
}

export async function seal(page) {
  await page.reload()
  await settled(page)
  await through(page, '封存')
  await reads(page.getByRole('main'), '已封存', '各份分布')
}

/** Takes a zone out on the overview, by the clause, which the row cites as `cited`, and with the reason. */
export async function disqualify(page, zone, clause, cited, reason) {
  await part(page, '总览')
  const row = page.getByRole('row').filter({ hasText: zone })
  await through(page, '取消资格', async (dialog) => {
    await dialog.getByLabel('条款').selectOption(clause)
    await dialog.getByLabel(/^理由/).fill(reason)
  }, row)
  await reads(row, '取消资格', cited, reason)
}

/** The accounts of whoever has sheets of this part, substitutes among them; who has most comes first. */
export async function scorers(j, kind) {
  const { experts } = await j.office.ask(PROVINCE, 'GET', `/api/batches/${j.batch}/review/${kind}`)
  return experts.sort((a, b) => b.assigned - a.assigned).map((e) => `expert-${e.number.slice(1)}`)
}
