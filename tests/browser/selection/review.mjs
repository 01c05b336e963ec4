// The form check with its exception, the paper review, and the day of an expert in it.
import assert from 'node:assert/strict'
import { reads } from '../hands.mjs'
import { scoreRest } from '../office.mjs'
import { PHONE, settled } from '../world.mjs'
import { PROVINCE, WHY, at, onward, openRound, part, scorers, seal, through } from './desk.mjs'

const EXCEPTED = '样例四：老赵庄渔菌推进区'
const sheetOf = (page) => page.getByRole('region', { name: '评分表' })
const fields = (page) => page.getByRole('region', { name: '评分项' }).getByPlaceholder('未评')

/** Opens an expert's file, on the phone at its sheet. */
async function openFile(page, name) {
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
  if (page.viewportSize().width < 768) await page.getByRole('button', { name: '评分表' }).click()
  await sheetOf(page).waitFor()
  await settled(page)
}

const submit = async (page) => {
  await page.getByRole('heading', { level: 1 }).click()
  await through(page, '提交')
  await reads(sheetOf(page), '待封存')
}

export const form = [
  ['the province begins the selection of what eight counties of seven cities reported', async (j) => {
    const page = await j.enter(PROVINCE)
    await page.getByRole('link', { name: '竞争立项', exact: true }).click()
    await page.getByRole('button', { name: '开始竞争立项' }).click()
    await at(page, '形式审查')
    await settled(page)
    j.batch = (await j.office.ask(PROVINCE, 'GET', '/api/zones?size=1')).rows[0].batch_id
    j.zones = (await j.office.ask(PROVINCE, 'GET', `/api/batches/${j.batch}/selection`)).zones
    assert.equal(j.zones.length, 8)
    await part(page, '总览')
    await j.sound('selection-overview')
  }],
  ['the form check wants a note behind a no', async (j) => {
    const { page } = j
    await part(page, '形式审查')
    for (const zone of j.zones) {
      const own = page.getByRole('button', { name: new RegExp(zone.name) })
      await own.click()
      await page.getByRole('heading', { level: 2, name: zone.name }).waitFor()
      const first = page.getByRole('main').getByRole('group').first()
      if (zone === j.zones[0]) {
        await first.getByLabel('否', { exact: true }).check()
        await reads(page.getByRole('main'), '1 项答“否”还没写说明')
        await first.getByLabel('是', { exact: true }).check()
      }
      await page.getByRole('button', { name: '未填的都填“是”' }).click()
      await page.getByRole('button', { name: '保存', exact: true }).click()
      await reads(own, '通过')
      await settled(page)
    }
  }],
  ['an exception to a principle is granted, with the reasons of county and province', async (j) => {
    const { page } = j
    await page.getByRole('button', { name: new RegExp(EXCEPTED) }).click()
    await page.getByRole('heading', { level: 2, name: EXCEPTED }).waitFor()
    await reads(page.getByRole('main'), 'V1', '县级理由', '只余五个行政村')
    await page.getByRole('button', { name: '同意例外' }).and(page.locator(':disabled')).waitFor()
    await page.getByLabel(/认定理由/).fill('样例理由：合村后片区相连，规模相当。')
    await page.getByRole('button', { name: '同意例外' }).click()
    await reads(page.getByRole('main'), '省级理由', '样例理由：合村后片区相连')
    await settled(page)
    assert.equal(await page.getByLabel(/认定理由/).count(), 0, 'the exception is still open')
    await j.sound('selection-form')
    await onward(page, '送抽取专家', '抽取专家')
  }],
]

const day = [
  ['an expert sees his files and nothing that names a zone', async (j) => {
    j.experts = await scorers(j, 'paper')
    const page = await j.enter(j.experts[0])
    const files = page.getByRole('link', { name: /^评审件/ })
    await files.first().waitFor()
    await j.sound('sheets')
    j.files = await files.allInnerTexts()
    await openFile(page, j.files[0])
    const text = await page.locator('body').innerText()
    for (const zone of j.zones) for (const word of [zone.name, zone.county_name, zone.county]) assert.ok(!text.includes(word), `the page says ${word}`)
    await j.sound('sheet')
  }],
  ['an extreme score asks for its reason, and what lacks stands on the button', async (j) => {
    const { page } = j
    await page.getByRole('tab', { name: '项目与资金' }).click()
    const items = page.getByRole('region', { name: '评分项' })
    const all = await fields(page).count()
    await fields(page).first().fill('99')
    await fields(page).first().press('Tab')
    await reads(items, '不能超过')
    await fields(page).first().fill('25')
    await fields(page).first().press('Tab')
    await reads(items, '需写理由')
    await page.getByRole('button', { name: `提交（还差 ${all} 项）` }).waitFor()
    await page.getByLabel(/^理由/).fill(WHY)
    for (let i = 1; i < all; i += 1) await fields(page).nth(i).fill('12')
    await page.getByRole('heading', { level: 1 }).click()
    await reads(sheetOf(page), '已自动保存')
    await j.sound('sheet-scored')
  }],
  ['what he submits is final', async (j) => {
    await submit(j.page)
    await j.sound('sheet-submitted')
  }],
  ['he scores every other file of his, one after the other', async (j) => {
    const { page } = j
    for (const [n, file] of j.files.slice(1).entries()) {
      await page.getByRole('link', { name: '下一份' }).click()
      await page.getByRole('heading', { level: 1, name: file }).waitFor()
      await sheetOf(page).waitFor()
      for (const field of await fields(page).all()) await field.fill(String(12 + (n % 3)))
      await submit(page)
    }
    await page.getByRole('link', { name: '专家评审' }).first().click()
    await reads(page.getByRole('main'), `${j.files.length} / ${j.files.length}`)
    await j.sound('sheets-submitted')
  }],
  ['another recuses himself on the phone, and a substitute finds the file among his own', async (j) => {
    const page = await j.enter(j.experts[1], '/', PHONE)
    const file = await page.getByRole('link', { name: /^评审件/ }).first().innerText()
    await openFile(page, file)
    await j.sound('sheet')
    const before = await j.office.ask(PROVINCE, 'GET', `/api/batches/${j.batch}/panel`)
    await through(page, '申请回避', (dialog) => dialog.getByLabel('回避理由').fill('样例理由：曾为该县编制规划。'))
    await reads(page.getByRole('main'), '已回避')
    await j.sound('sheets')
    const after = await j.office.ask(PROVINCE, 'GET', `/api/batches/${j.batch}/panel`)
    const had = new Set(before.zones.filter((z) => z.state === 'substituted').map((z) => `${z.zone_id} ${z.number}`))
    const [came] = after.zones.filter((z) => z.state === 'substituted' && !had.has(`${z.zone_id} ${z.number}`))
    const other = await j.enter(`expert-${came.number.slice(1)}`)
    await reads(other.getByRole('row').filter({ has: other.getByRole('link', { name: file, exact: true }) }), '待评')
    await j.sound('sheets-substitute')
  }],
]

export const paper = [
  ['the paper review is opened', async (j) => {
    const page = await j.enter(PROVINCE, `/selection/${j.batch}`)
    await onward(page, '送专家评审', '专家评审')
    await part(page, '专家评审')
    await openRound(page)
    await j.sound('selection-round')
  }],
  ...day,
  ['before the seal the province sees who is out, never a score; afterwards every sum', async (j) => {
    const page = await j.enter(PROVINCE, `/selection/${j.batch}/paper`)
    await settled(page)
    await reads(page.getByRole('main'), '封存前只显示进度', '回避')
    assert.ok(!/得分/.test(await page.getByRole('main').innerText()), 'a score is told')
    await j.sound('selection-progress')
    for (const account of await scorers(j, 'paper')) await scoreRest(j.office, account, 'paper', WHY)
    await seal(page)
    await page.getByRole('button', { name: '算式' }).first().click()
    await reads(page.getByRole('main'), '÷')
    await j.sound('selection-result')
    await onward(page, '送视频答辩', '视频答辩')
  }],
]
