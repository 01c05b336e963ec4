// The draw of experts: the pool, both organs' commitments and values, the panel, a recusal, and the
// public record that a script repeats. On a server of its own, so that no other suite meets it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reads } from './hands.mjs'
import { databaseRun, dropData, newData, startServer, stopServer } from './server.mjs'
import { test, until } from './tally.mjs'
import { PHONE, assertSound, enter, settled, shoot } from './world.mjs'

const RURAL = '37-rural-signer'
const FINANCE = '37-finance-signer'
const inMain = (page, name) => page.getByRole('main').getByRole('button', { name, exact: true })
const sheetOf = (page, heading) => page.locator('section').filter({ has: page.getByRole('heading', { name: heading }) })

async function fillReason(page, act, reason) {
  const dialog = page.getByRole('dialog', { name: act })
  await dialog.getByLabel('理由').fill(reason)
  await dialog.getByRole('button', { name: act, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  await settled(page)
}

async function pool(world) {
  const page = await enter(world, '37-rural-handler', undefined, '/experts')
  await page.getByRole('rowheader', { name: 'E12' }).waitFor()
  await assertSound(page, 'experts')
  await shoot(page, 'experts')
  await page.getByRole('row', { name: /E01/ }).getByRole('button', { name: '管理' }).click()
  let dialog = page.getByRole('dialog', { name: /E01/ })
  await dialog.getByLabel('新手机号').fill('13900001234')
  await dialog.getByRole('button', { name: '保存' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await settled(page)
  await page.getByRole('row', { name: /E01/ }).getByRole('button', { name: '管理' }).click()
  dialog = page.getByRole('dialog', { name: /E01/ })
  await reads(dialog, '139****1234')
  await dialog.getByLabel('理由').fill('通知评审时间')
  await dialog.getByRole('button', { name: '显示全文' }).click()
  await reads(dialog, '13900001234')
  await dialog.getByRole('button', { name: '取消' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: '导出' }).click()
  const file = join(world.server.data, 'pool.xlsx')
  await (await download).saveAs(file)
  await page.locator('input[type=file]').setInputFiles(file)
  await reads(page.getByRole('dialog'), '新增 0 人，修改 0 人，不变 12 人')
  await page.context().close()
}

async function freeze(world) {
  const page = await enter(world, '37-rural-handler', undefined, '/draws')
  await reads(page.getByRole('main'), '还没有抽取')
  page.allowed.push(/\b409\b/)
  await inMain(page, '冻结名单').click()
  await reads(page.getByRole('alert'), '还没有推进区进入专家评审')
  databaseRun(world.server.data, "UPDATE process_run SET step = 'review' WHERE noun = 'zone' AND noun_id <= 4")
  await inMain(page, '冻结名单').click()
  await reads(page.getByRole('main'), '第 1 次抽取', '名单已冻结', '4 个推进区')
  await page.context().close()
}

async function commit(page) {
  await page.getByLabel(/已记下这个数/).check()
  await inMain(page, '提交承诺').click()
  await until(async () => !(await inMain(page, '提交承诺').count()), () => page.getByRole('main').innerText())
  await settled(page)
}

async function drawn(world, rural, finance) {
  await assertSound(rural, 'draw, frozen')
  await shoot(rural, 'draw-commit')
  await commit(rural)
  await finance.reload()
  await commit(finance)
  await reads(finance.getByRole('main'), '两家已承诺')
  await rural.reload()
  await inMain(rural, '公开').click()
  await reads(rural.getByRole('main'), '已交来，两家都交后同时公开')
  const sealed = await (await fetch(`${world.server.url}/public/draws/1.json`)).json()
  assert.equal(sealed.commitments.rural.value, null)
  await finance.reload()
  await reads(finance.getByRole('main'), '已交来，两家都交后同时公开')
  await finance.getByLabel('公开本单位的数').fill('0'.repeat(64))
  await reads(finance.getByRole('main'), '与本单位的承诺不符')
  await finance.reload()
  await inMain(finance, '公开').click()
  await reads(finance.getByRole('main'), '已抽取', '评审组和候补')
  await assertSound(finance, 'draw, made')
  await shoot(finance, 'draw-panel')
}

/** The panel's numbers in the order of the page. */
async function members(page) {
  const rows = sheetOf(page, '评审组和候补').locator('tbody tr')
  await rows.first().waitFor()
  await settled(page)
  return Promise.all((await rows.all()).map(async (r) => (await r.locator('th').innerText()).trim()))
}

async function recuse(world, rural) {
  await rural.reload()
  const seated = await members(rural)
  assert.equal(seated.length, 8)
  const own = await enter(world, `expert-${seated[0].slice(1)}`, undefined, '/expert')
  await assertSound(own, 'the expert himself')
  await shoot(own, 'expert-own')
  await inMain(own, '退出评审组').click()
  await fillReason(own, '退出评审组', '样例：与参评单位有合作')
  await reads(own.getByRole('main'), '本人回避')
  await own.context().close()
  await rural.reload()
  const row = sheetOf(rural, '评审组和候补').getByRole('row', { name: new RegExp(seated[0]) })
  await reads(row, '本人回避')
  await reads(sheetOf(rural, '逐个推进区'), '递补')
  await rural.setViewportSize(PHONE)
  await assertSound(rural, 'draw on a phone')
  await shoot(rural, 'draw-panel')
}

async function repeated(world, page) {
  await page.reload()
  const text = await (await fetch(`${world.server.url}/public/draws/1.json`)).text()
  const file = join(world.server.data, 'record.json')
  writeFileSync(file, text)
  const said = execFileSync('python3', ['tools/draw.py', file], { encoding: 'utf8' })
  const numbers = said.trim().split('\n').map((line) => line.split(' ')[0])
  assert.deepEqual(numbers.slice(0, 8), await members(page))
  assert.ok(!/样例专家|合作/.test(text), 'names or reasons in the public record')
}

export async function run(world) {
  const own = { browser: world.browser, server: await startServer(newData()) }
  try {
    await test('the pool: a phone masked, shown with a reason; out and in as a workbook', () => pool(own))
    if (!(await test('the pool is frozen once zones have reached the review', () => freeze(own)))) return
    const rural = await enter(own, RURAL, undefined, '/draws')
    const finance = await enter(own, FINANCE, undefined, '/draws')
    await test('both organs commit and reveal; the first value stays sealed', () => drawn(own, rural, finance))
    await test('a script gives the panel of the page from the public record', () => repeated(own, rural))
    await test('an expert leaves; the next in the drawn order steps in', () => recuse(own, rural))
    await rural.context().close()
    await finance.context().close()
  } finally {
    await stopServer(own.server)
    dropData(own.server.data)
  }
}
