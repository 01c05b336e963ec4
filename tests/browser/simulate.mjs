// What-if: the province raises the share of integrated funds (F5) and sees which zones fall and why;
// a county opens the "why" of its check. Nothing that is tried changes anything.
import assert from 'node:assert/strict'
import { answer, panel, reads, unfold } from './hands.mjs'
import { test } from './tally.mjs'
import { assertSound, DESK, enter, PHONE, settled, shoot } from './world.mjs'

const result = (page) => page.getByRole('region', { name: '试算结果' })
const list = (page) => page.getByRole('region', { name: '推进区清单' })
const zones = (page) => list(page).locator('li.zone')

async function open(world, size) {
  const page = await enter(world, '37-rural-handler', size, '/simulation')
  await settled(page)
  return page
}

/** Puts a figure beside a parameter and runs; ends when the answer stands there. */
async function simulate(page, parameter, figure) {
  await page.getByRole('textbox', { name: new RegExp(parameter) }).fill(figure)
  const told = page.waitForResponse((r) => r.url().endsWith('/simulation') && r.request().method() === 'POST')
  await page.getByRole('button', { name: '试算', exact: true }).click()
  const asked = await (await told).json()
  await settled(page)
  return asked
}

const all = async (page, path) => (await (await page.request.get(path)).json()).rows

async function raises(world, size) {
  const page = await open(world, size)
  const before = await all(page, '/api/zones?size=50')
  await test(`F5 at 60 %: the zones that fall and why, ${size.width}`, async () => {
    const run = page.getByRole('button', { name: '试算', exact: true })
    assert.ok(await run.isDisabled(), 'nothing is changed, nothing to run')
    const answered = await simulate(page, '整合行业资金比例', '60%')
    const falls = answered.zones.filter((z) => z.changes.some((c) => c.rule === 'F5' && c.after.status === 'not_met'))
    assert.equal(falls.length, before.length - 1, 'all sample zones but the third, which fails already')
    await reads(result(page), `${answered.total.zones} 个推进区，${falls.length} 个有变化`, `${answered.total.before.passing} → ${answered.total.after.passing}`)
    assert.equal(await zones(page).count(), falls.length)
    for (const z of falls) await reads(zones(page).filter({ hasText: z.zone }), 'F5 三、4', '符合 → 不符合', '相差')
    assert.equal(await zones(page).filter({ hasText: '样例三' }).count(), 0)
    await reads(zones(page).filter({ hasText: '样例一' }), '2790', '3000', '210')
    await assertSound(page, 'simulation')
    await shoot(page, 'simulation-60')
  })
  await test(`every bar has its list, by tier and by city, in numbers and in money, ${size.width}`, async () => {
    await result(page).getByRole('button', { name: '重点县', exact: true }).click()
    await reads(list(page), '重点县：共 4 个')
    assert.equal(await zones(page).count(), 4)
    await result(page).getByRole('button', { name: /^重点县 现行/ }).click()
    await reads(list(page), '重点县：现行可报送')
    await result(page).getByRole('button', { name: '按市' }).click()
    await result(page).getByRole('combobox', { name: '看什么' }).selectOption({ label: '衔接资金' })
    await reads(result(page), '单位：万元', '菏泽市')
    await result(page).getByRole('button', { name: '菏泽市', exact: true }).click()
    await reads(list(page), '菏泽市：共 1 个', '样例六')
    await assertSound(page, 'simulation by city')
    await shoot(page, 'simulation-city')
  })
  await test(`at 52 % those at the line stay, ${size.width}`, async () => {
    await simulate(page, '整合行业资金比例', '52%')
    await reads(list(page), '样例二')
    assert.equal(await zones(page).filter({ hasText: '样例六' }).count(), 0, '52 % exactly meets it')
    assert.equal(await zones(page).filter({ hasText: '样例一' }).count(), 0)
  })
  await test(`what is no number is told in place, ${size.width}`, async () => {
    const field = page.getByRole('textbox', { name: /行政村数下限/ })
    await field.fill('十二个')
    await reads(page.locator('form'), '只能是数')
    assert.ok(await page.getByRole('button', { name: '试算', exact: true }).isDisabled())
    await assertSound(page, 'simulation with a wrong figure')
    await page.getByRole('button', { name: '恢复现行' }).click()
    assert.equal(await field.inputValue(), '')
  })
  await test(`a simulation changed no zone, ${size.width}`, async () => {
    assert.deepEqual(await all(page, '/api/zones?size=50'), before)
  })
  await page.context().close()
}

async function send(page, method, path, data) {
  const answer = await page.request.fetch(path, { method, data, headers: { 'Idempotency-Key': `${method} ${path}` } })
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}

async function triesDraft(world) {
  const page = await open(world, DESK)
  await test('a draft is tried from its page, and the pack in force stays as it is', async () => {
    const [batch] = await all(page, '/api/batches')
    const inForce = await send(page, 'GET', `/api/packs/${batch.pack}`)
    const draft = await send(page, 'POST', '/api/drafts', { name: '样例试算草案', pack: batch.pack })
    const figures = { version: draft.version, parameters: [{ key: 'integration_ratio', value: '0.60' }] }
    await send(page, 'PUT', `/api/drafts/${draft.id}/parameters`, figures)
    await page.goto(`/drafts/${draft.id}/rules`)
    await settled(page)
    await page.getByRole('main').getByRole('link', { name: '试算' }).click()
    await page.waitForURL(/simulation/)
    await settled(page)
    await reads(page.locator('form'), '草案 0.6')
    await page.getByRole('button', { name: '试算', exact: true }).click()
    await reads(result(page), '11 个有变化')
    await assertSound(page, 'simulation of a draft')
    await shoot(page, 'simulation-draft')
    assert.deepEqual(await send(page, 'GET', `/api/packs/${batch.pack}`), inForce)
    const { version } = await send(page, 'GET', `/api/drafts/${draft.id}`)
    await send(page, 'POST', `/api/drafts/${draft.id}/drop`, { version })
  })
  await page.context().close()
}

async function explains(world, size) {
  const page = await enter(world, '370683-rural-handler', size, '/zones')
  await settled(page)
  await test(`the check panel says why, ${size.width}`, async () => {
    const href = await page.getByRole('link', { name: /样例三/ }).first().getAttribute('href')
    await page.goto(`${href}/villages`)
    await settled(page)
    if (!(await panel(page).isVisible())) await page.getByRole('button', { name: /^对照检查/ }).click()
    await unfold(page)
    const item = answer(page, 'V2')
    await item.getByRole('button', { name: /^V2 / }).click()
    await item.getByRole('button', { name: '为什么' }).click()
    const why = item.getByRole('region', { name: '为什么' })
    await reads(why, '村庄 4', '城郊融合类', '为其中之一', '集聚提升类')
    await why.getByText('逐步看规则怎样判断').click()
    await reads(why, 'V2 村庄类型')
    await shoot(page, 'why-V2')
    await assertSound(page, 'why')
    const open = answer(page, 'V3')
    await open.getByRole('button', { name: /^V3 / }).click()
    await open.getByRole('button', { name: '为什么' }).click()
    await reads(open.getByRole('region', { name: '为什么' }), '缺少的事实', '村庄 7')
    await shoot(page, 'why-V3')
  })
  await page.context().close()
}

async function keepsOut(world) {
  const page = await enter(world, '3706-rural-checker')
  await settled(page)
  await test('a city has no what-if', async () => {
    assert.equal(await page.getByRole('link', { name: '试算' }).count(), 0)
  })
  await page.context().close()
}

export async function run(world) {
  for (const size of [DESK, PHONE]) {
    await raises(world, size)
    await explains(world, size)
  }
  await triesDraft(world)
  await keepsOut(world)
}
