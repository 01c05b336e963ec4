// What a user's hands do on the pages, by the words that stand there.
import { test, until } from './tally.mjs'
import { settled, shoot } from './world.mjs'

/** Steps that stand on each other: the first that fails ends the way. */
export async function walk(steps, current) {
  for (const [sentence, act] of steps)
    if (!(await test(sentence, act))) return current() && shoot(current(), 'failed')
}

export const panel = (page) => page.getByRole('complementary', { name: '对照检查' })

/** One answer of the check panel by the id of its rule. */
export const answer = (page, rule) =>
  panel(page).getByRole('listitem').filter({ has: page.getByRole('button', { name: new RegExp(`^${rule} `) }) })

/** Opens every group of the check panel. */
export async function unfold(page) {
  const shut = panel(page).locator('h3').getByRole('button', { expanded: false })
  while (await shut.count()) await shut.first().click()
}

/** Opens a part of the dossier by its name. */
export async function openPart(page, name) {
  const phone = page.getByRole('combobox', { name: '申报材料各部分' })
  if (await phone.isVisible()) {
    const choice = phone.locator('option').filter({ hasText: new RegExp(`^${name}`) })
    await phone.selectOption(await choice.getAttribute('value'))
  } else {
    await page.getByRole('navigation', { name: '申报材料各部分' }).getByRole('link', { name: new RegExp(name) }).click()
  }
  await page.getByRole('heading', { level: 2, name: new RegExp(`^${name}`) }).waitFor()
  await settled(page)
}

/** Leaves the field and waits until the page says that the draft is saved. */
export async function saved(page) {
  await page.getByRole('heading', { level: 1 }).click()
  const state = page.locator('header').getByRole('status').first()
  const tell = async () => `${await state.innerText()} ${page.faults.join(' ')}`
  await until(async () => /已自动保存/.test(await state.innerText()), tell)
  await settled(page)
}

export async function say(page, group, yes = '是') {
  await page.getByRole('group', { name: group }).getByLabel(yes, { exact: true }).check()
}

export async function tick(page, group, ...choices) {
  for (const choice of choices) await page.getByRole('group', { name: group }).getByLabel(choice, { exact: true }).check()
}

/** Puts a block on the clipboard, as a spreadsheet would, and pastes it where the cursor is. */
export async function paste(page, rows) {
  const text = rows.map((row) => row.join('\t')).join('\r\n')
  await page.evaluate((t) => navigator.clipboard.writeText(t), text)
  await page.keyboard.press('Control+V')
}

/** Waits until the step that the flow bar calls current holds these words. */
export async function atStep(page, ...words) {
  const told = async () => (await page.locator('[aria-current=step]').allTextContents()).join(' ')
  await until(async () => (await told()).match(new RegExp(words.join('.*'))), told)
}

/** Waits until an element holds these words. */
export async function reads(element, ...words) {
  const told = async () => ((await element.count()) ? element.first().innerText() : '(not there)')
  const holds = (text) => words.every((w) => (w instanceof RegExp ? w.test(text) : text.includes(w)))
  await until(async () => holds(await told()), told)
}

/** Sends the dossier on: the act of this desk, and once more in the dialog that says where it goes and
 * what it warns of. */
export async function forward(page, act, ...warnings) {
  await page.getByRole('main').getByRole('button', { name: act, exact: true }).click()
  const dialog = page.getByRole('dialog', { name: act })
  if (warnings.length) await reads(dialog.getByRole('alert'), ...warnings)
  await dialog.getByRole('button', { name: new RegExp(`^(仍然)?${act}$`) }).click()
  await dialog.waitFor({ state: 'hidden' })
  await settled(page)
}
