// A workbook on its way in: what it would do stands there before the button, and nothing is left out without a word.
import assert from 'node:assert/strict'
import { test } from './tally.mjs'
import { DESK, PHONE, assertClean, barriers, enter, settled, shoot } from './world.mjs'
import { workbook } from './workbook.mjs'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const HEAD = ['编号', '项目名称', '完成时限', '资金·衔接资金·省级（元）', '联农·户数', '填表人签字']
const GOOD = {
  沙河镇: [['项目计划表'], HEAD, ['T1', '样例一', '2028-06-30', 1005000, 12, '甲'], ['合计', '', '', 1005000, 12, '']],
  土山镇: [HEAD, ['T2', '样例二', '2028-06-30', 20000, 3, ''], ['注：样例', '', '', '', '', '']],
  说明: [['怎样填写']],
}
const BAD = { 项目: [HEAD, ['T1', '样例一', '2028-06-30', '一百', 1.5, ''], ['T2', '样例二', '46934', 1, 2, '']] }

const upload = (page, name, tabs) =>
  page.getByRole('main').locator('input[type=file]').first().setInputFiles({ name, mimeType: XLSX, buffer: workbook(tabs) })

async function open(world, size) {
  const page = await enter(world, '370683-rural-handler', size)
  const { rows } = await (await page.request.get('/api/zones')).json()
  const { id } = rows.find((z) => z.county === '370683')
  await page.goto(`/zones/${id}/projects`)
  await settled(page)
  return { page, id }
}

const count = (dialog, label) => dialog.locator('.counts > div').filter({ hasText: label }).locator('dd').innerText()

export async function run(world) {
  const { page, id } = await open(world, DESK)
  const dialog = page.getByRole('dialog')
  await test('an upload with errors names cell, column and value, offers the marked workbook and stays out', async () => {
    await upload(page, '有错.xlsx', BAD)
    await dialog.getByText('3 处要改，整份先不导入').waitFor()
    for (const cell of ['D2', 'E2', 'C3']) await dialog.locator('.cell', { hasText: cell }).waitFor()
    assert.ok(await dialog.getByRole('button', { name: /^导入（还有 3 处要改）/ }).isDisabled())
    const download = page.waitForEvent('download')
    await dialog.getByRole('button', { name: /下载标注文件/ }).click()
    assert.equal((await download).suggestedFilename(), '有错-错误已标注.xlsx')
    await shoot(page, 'upload-errors')
    assert.deepEqual(await barriers(page), [])
    await dialog.getByRole('button', { name: '取消' }).click()
    await dialog.waitFor({ state: 'hidden' })
    assertClean(page, 'upload with errors')
  })
  await test('before the button stand the rows, the money before and after, and all that is left out', async () => {
    await upload(page, '分镇.xlsx', GOOD)
    await dialog.getByText('没有用到的内容').waitFor()
    assert.equal(await count(dialog, '新增'), '2')
    assert.match(await count(dialog, '金额合计'), /→ .*＋102\.50/)
    const aside = await dialog.getByRole('complementary').innerText()
    for (const left of ['填表人签字', '说明', '第 4 行 合计', '第 3 行 注：样例', '按表上的单位折算']) assert.ok(aside.includes(left), left)
    await shoot(page, 'upload')
    assert.deepEqual(await barriers(page), [])
    await dialog.getByRole('button', { name: '导入 2 行改动' }).click()
    await dialog.waitFor({ state: 'hidden' })
    const { dossier } = await (await page.request.get(`/api/zones/${id}/dossier`)).json()
    const added = dossier.plan.projects.filter((p) => p.id.startsWith('T'))
    assert.deepEqual(added.map((p) => [p.id, p.name, p.funds[0].amount]), [['T1', '样例一', '100.5'], ['T2', '样例二', '2']])
    assertClean(page, 'upload')
  })
  await test('a removal is shown and asks for a tick', async () => {
    await upload(page, '一镇.xlsx', { 项目: GOOD.沙河镇 })
    await dialog.getByText('没有要导入的改动').waitFor()
    await dialog.getByLabel('文件里没有的行也移除').check()
    const removed = dialog.getByLabel(/^我已核对/)
    await removed.waitFor()
    const lock = dialog.getByRole('button', { name: /^导入/ })
    assert.ok(await lock.isDisabled())
    await removed.check()
    assert.ok(await lock.isEnabled())
    await shoot(page, 'upload-removals')
    await dialog.getByRole('button', { name: '取消' }).click()
    assertClean(page, 'removal')
  })
  await page.context().close()
  await test('the upload fits a phone', async () => {
    const { page: phone } = await open(world, PHONE)
    await upload(phone, '分镇.xlsx', GOOD)
    await phone.getByRole('dialog').getByText('没有用到的内容').waitFor()
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth)
    assert.ok(wide <= PHONE.width, `${wide} wide`)
    await shoot(phone, 'upload')
    assertClean(phone, 'upload on a phone')
    await phone.context().close()
  })
}
