// The draw of experts: the pool, both organs' commitments and values, the panel, the public record
// that a script repeats, and an expert who leaves on his own page.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reads } from '../hands.mjs'
import { until } from '../tally.mjs'
import { PHONE, assertClean, settled } from '../world.mjs'

const inMain = (page, name) => page.getByRole('main').getByRole('button', { name, exact: true })
const sheetOf = (page, heading) => page.locator('section').filter({ has: page.getByRole('heading', { name: heading }) })
const manage = (page) => page.getByRole('row', { name: /E01/ }).getByRole('button').click()

async function commit(page) {
  await page.getByLabel(/已记下这个数/).check()
  await inMain(page, '提交承诺').click()
  await until(async () => !(await inMain(page, '提交承诺').count()), () => page.getByRole('main').innerText())
  await settled(page)
}

/** The panel's numbers in the order of the page. */
async function members(page) {
  const rows = sheetOf(page, '评审组和候补').locator('tbody tr')
  await rows.first().waitFor()
  await settled(page)
  return Promise.all((await rows.all()).map(async (r) => (await r.locator('th').innerText()).trim()))
}

const recordOf = async (j) => (await fetch(`${j.world.server.url}/public/draws/${j.draw}.json`)).text()

export const pool = [
  ['the pool: a phone masked, shown with a reason; out and in as a workbook', async (j) => {
    const page = await j.enter('37-rural-handler', '/experts')
    await page.getByRole('cell', { name: 'E12' }).waitFor()
    await j.sound('experts')
    await manage(page)
    const sheet = page.getByRole('complementary')
    await sheet.getByLabel('手机', { exact: true }).fill('13900001234')
    await sheet.getByRole('button', { name: '保存', exact: true }).click()
    await sheet.getByRole('button', { name: '保存', exact: true }).waitFor({ state: 'detached' })
    await settled(page)
    await sheet.getByRole('button', { name: '揭示' }).click()
    const dialog = page.getByRole('dialog')
    await reads(dialog, '手机')
    await dialog.getByLabel(/查看理由/).fill('通知评审时间')
    await dialog.getByRole('button', { name: '揭示' }).click()
    await reads(dialog, '13900001234')
    await dialog.getByRole('button', { name: '关闭', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: /^导出 12 条/ }).click()
    const file = join(j.world.server.data, 'pool.xlsx')
    await (await download).saveAs(file)
    await page.locator('input[type=file]').setInputFiles(file)
    await reads(page.getByRole('dialog'), /不变\s*12/, '没有要导入的改动')
  }],
  ['nobody is drawn before the form check has let the zones through', async (j) => {
    const page = await j.enter('37-rural-handler', '/draws')
    await reads(page.getByRole('main'), '还没有抽取')
    page.allowed.push(/\b409\b/)
    await inMain(page, '冻结名单').click()
    await reads(page.getByRole('alert'), '还没有推进区进入专家评审')
  }],
]

export const draw = [
  ['the pool is frozen with the zones that reached the review', async (j) => {
    const page = await j.enter('37-rural-handler', '/draws')
    await inMain(page, '冻结名单').click()
    await reads(page.getByRole('main'), '第 1 次抽取', '名单已冻结', `${j.zones.length} 个推进区`)
    j.draw = (await j.office.ask('37-rural-handler', 'GET', `/api/batches/${j.batch}/draws`)).rows[0].id
  }],
  ['both organs commit and reveal; the first value stays sealed', async (j) => {
    const rural = await j.open('37-rural-signer', '/draws')
    const finance = await j.enter('37-finance-signer', '/draws')
    await commit(rural)
    await j.sound('draw-commit')
    await commit(finance)
    await reads(finance.getByRole('main'), '两家已承诺')
    await rural.reload()
    await inMain(rural, '公开').click()
    await reads(rural.getByRole('main'), '已交来，两家都交后同时公开')
    assert.equal(JSON.parse(await recordOf(j)).commitments.rural.value, null)
    await finance.reload()
    await reads(finance.getByRole('main'), '已交来，两家都交后同时公开')
    await finance.getByLabel('公开本单位的数').fill('0'.repeat(64))
    await reads(finance.getByRole('main'), '与本单位的承诺不符')
    await finance.reload()
    await inMain(finance, '公开').click()
    await reads(finance.getByRole('main'), '已抽取', '评审组和候补')
    await j.sound('draw-panel')
    assertClean(rural, 'the draw of the other organ')
    await rural.context().close()
  }],
  ['a script gives the panel of the page from the public record', async (j) => {
    const text = await recordOf(j)
    const file = join(j.world.server.data, 'record.json')
    writeFileSync(file, text)
    const said = execFileSync('python3', ['tools/draw.py', file], { encoding: 'utf8' })
    const numbers = said.trim().split('\n').map((line) => line.split(' ')[0])
    j.drawn = await members(j.page)
    assert.equal(j.drawn.length, 8)
    assert.deepEqual(numbers.slice(0, 8), j.drawn)
    assert.ok(!/样例专家|合作/.test(text), 'names or reasons in the public record')
  }],
  ['an expert leaves on his own page; the next in the drawn order steps in', async (j) => {
    const [first] = j.drawn
    const page = await j.enter(`expert-${first.slice(1)}`, '/expert')
    await j.sound('expert-own')
    await inMain(page, '退出评审组').click()
    const dialog = page.getByRole('dialog', { name: '退出评审组' })
    await dialog.getByLabel('理由').fill('样例：与参评单位有合作')
    await dialog.getByRole('button', { name: '退出评审组', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await settled(page)
    await reads(page.getByRole('main'), '本人回避')
    const rural = await j.enter('37-rural-signer', '/draws')
    await reads(sheetOf(rural, '评审组和候补').getByRole('row', { name: new RegExp(first) }), '本人回避')
    await reads(sheetOf(rural, '逐个推进区'), '递补')
    await rural.setViewportSize(PHONE)
    await j.sound('draw-panel')
  }],
]
