// A register that the pack alone declares, used as the people of a county would: entered, sent back, mended, passed
// in a batch, filtered, revealed, taken out and brought in again; on a phone too.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { reads } from './hands.mjs'
import { test, until } from './tally.mjs'
import { DESK, PHONE, assertClean, barriers, enter, settled, shoot } from './world.mjs'
import { workbook } from './workbook.mjs'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const CLERK = '370683-rural-handler'
const CHECKER = '370683-finance-checker'
const NUMBER = '样例〔2022〕900号'
const LOANS = '/registers/loan'
const sheet = (page) => page.getByRole('complementary')
const field = (page, name) => sheet(page).getByLabel(name, { exact: true })
const row = (page, name) => page.locator('tbody tr', { hasText: name })

async function choose(page, name, text) {
  await field(page, name).fill(text)
  await field(page, name).blur()
}

async function addLoan(page) {
  await page.getByRole('button', { name: '新增', exact: true }).click()
  await choose(page, '县 *', '莱州市')
  await field(page, '放贷银行 *').fill('样例农商银行')
  await field(page, '合同号 *').fill(NUMBER)
  await field(page, '借款人 *').fill('样例新户')
  await field(page, '联系电话').fill('13900009999')
  await choose(page, '贷款产品 *', '齐鲁富民贷')
  await field(page, '贷款金额 *').fill('6.5')
  await field(page, '发放日 *').fill('2022-11-01')
  await field(page, '用途 *').fill('样例：购买果苗')
  await sheet(page).getByRole('button', { name: '保存' }).click()
  await sheet(page).getByRole('heading', { name: NUMBER }).waitFor()
}

export async function run(world) {
  const clerk = await enter(world, CLERK, DESK, LOANS)
  const checker = await enter(world, CHECKER, DESK, LOANS)
  await test('a draft may lack what is required; it is sent once that is there', async () => {
    await settled(clerk)
    clerk.allowed.push(/status of 422/, / 422$/)
    await addLoan(clerk)
    await sheet(clerk).getByRole('button', { name: '报送' }).click()
    await reads(sheet(clerk).getByRole('alert'), '请填写到期日')
    await field(clerk, '到期日 *').fill('2023-11-01')
    await sheet(clerk).getByRole('button', { name: '保存' }).click()
    await sheet(clerk).getByRole('button', { name: '报送' }).click()
    await reads(sheet(clerk).locator('header'), '待审核')
    await shoot(clerk, 'register-row')
    assert.deepEqual(await barriers(clerk), [])
  })
  await test('who checks returns it with a reason, which is the first thing its writer sees', async () => {
    await checker.reload()
    await row(checker, NUMBER).getByRole('button', { name: NUMBER }).click()
    await sheet(checker).getByLabel('退回理由').fill('样例：金额与合同不符')
    await sheet(checker).getByRole('button', { name: '退回' }).click()
    await reads(sheet(checker).locator('header'), '已退回')
    await clerk.reload()
    await reads(sheet(clerk).locator('.returned'), '样例：金额与合同不符')
    await field(clerk, '贷款金额 *').fill('6')
    await sheet(clerk).getByRole('button', { name: '保存' }).click()
    await sheet(clerk).getByRole('button', { name: '报送' }).click()
    await reads(sheet(clerk).locator('header'), '待审核')
  })
  await test('what cannot be read is not saved, and what was typed goes only when its writer says so', async () => {
    await clerk.goto(`${LOANS}?state=draft`)
    await clerk.locator('tbody tr button').first().click()
    await field(clerk, '贷款金额 *').fill('五万')
    await field(clerk, '贷款金额 *').blur()
    await reads(sheet(clerk).getByRole('status'), '贷款金额')
    assert.ok(await sheet(clerk).getByRole('button', { name: '保存' }).isDisabled())
    await clerk.getByRole('link', { name: '推进区', exact: true }).click()
    await clerk.getByRole('dialog').getByRole('button', { name: '取消' }).click()
    assert.equal(await field(clerk, '贷款金额 *').inputValue(), '五万')
    await clerk.getByRole('link', { name: '推进区', exact: true }).click()
    await clerk.getByRole('dialog').getByRole('button', { name: '放弃改动' }).click()
    await clerk.getByRole('heading', { level: 1, name: '推进区' }).waitFor()
  })
  await test('several are passed at once, and the tabs count them', async () => {
    await checker.goto(`${LOANS}?state=sent`)
    await row(checker, NUMBER).waitFor()
    const waiting = await checker.locator('tbody tr').count()
    await checker.getByLabel('选择本页').check()
    await shoot(checker, 'register-batch')
    await checker.getByRole('button', { name: `通过 ${waiting} 条` }).click()
    await checker.getByText(`${waiting} 条已办`).waitFor()
    await checker.goto(`${LOANS}?state=settled&q=900`)
    await row(checker, NUMBER).waitFor()
    assert.equal(await checker.locator('tbody tr').count(), 1)
  })
  await test('a masked phone is shown for a reason alone', async () => {
    await row(checker, NUMBER).getByRole('button', { name: NUMBER }).click()
    assert.match(await field(checker, '联系电话').inputValue(), /^139\*+9999$/)
    await sheet(checker).getByRole('button', { name: '揭示' }).last().click()
    const dialog = checker.getByRole('dialog')
    await dialog.getByLabel(/^查看理由/).fill('样例：电话核实')
    await dialog.getByRole('button', { name: '揭示' }).click()
    await reads(dialog.getByRole('status'), '13900009999')
    await dialog.getByRole('button', { name: '关闭' }).last().click()
    assertClean(checker, 'checker')
  })
  await test('what is taken out comes back as the same; a wrong cell is named', async () => {
    await clerk.goto(`${LOANS}?q=900`)
    await row(clerk, NUMBER).waitFor()
    const download = clerk.waitForEvent('download')
    await clerk.getByRole('link', { name: '导出 1 条' }).click()
    const buffer = readFileSync(await (await download).path())
    const input = clerk.getByRole('main').locator('input[type=file]').first()
    await input.setInputFiles({ name: '贷款.xlsx', mimeType: XLSX, buffer })
    const dialog = clerk.getByRole('dialog')
    await dialog.getByText('没有要导入的改动').waitFor()
    await dialog.getByRole('button', { name: '取消' }).click()
    const head = ['县', '放贷银行', '合同号', '借款人', '贷款产品', '贷款金额（万元）', '发放日', '到期日', '用途']
    const line = (n, product, wan) => ['莱州市', '样例邮储银行', n, '样例户', product, wan, '2022-11-02', '2023-11-02', '样例用途']
    const bad = workbook({ 贷款: [head, line('样例901', '没有的产品', 5), line('样例902', '齐鲁富民贷', '三万')] })
    await input.setInputFiles({ name: '错.xlsx', mimeType: XLSX, buffer: bad })
    await dialog.getByText('2 处要改，整份先不导入').waitFor()
    await shoot(clerk, 'register-upload')
    await dialog.getByRole('button', { name: '取消' }).click()
    const good = workbook({ 贷款: [head, line('样例901', '富农产业贷', 5), line('样例902', '齐鲁富民贷', 3)] })
    await input.setInputFiles({ name: '好.xlsx', mimeType: XLSX, buffer: good })
    await dialog.getByRole('button', { name: '导入 2 行改动' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await clerk.goto(`${LOANS}?q=%E6%A0%B7%E4%BE%8B90`)
    await row(clerk, '样例902').waitFor()
    assertClean(clerk, 'clerk')
  })
  await test('a figure opens the rows that it counts, and lets go of them again', async () => {
    await clerk.goto(LOANS)
    const card = clerk.getByRole('list', { name: '数字' }).getByRole('button', { name: /^其中：农户贷款/ })
    const all = clerk.getByRole('list', { name: '数字' }).getByRole('button', { name: /^贷款笔数/ })
    const count = /(\d+) 笔/.exec(await all.innerText())[1]
    await all.click()
    await clerk.getByRole('link', { name: `导出 ${count} 条` }).waitFor()
    await card.click()
    await clerk.waitForURL(/figure=loan_household_amount/)
    await until(async () => !(await row(clerk, '富农产业贷').count()), () => clerk.getByRole('main').innerText())
    await row(clerk, '齐鲁富民贷').first().getByRole('button').first().click()
    await reads(sheet(clerk).getByRole('region', { name: '检查' }), '还判断不了，缺：贷款产品·最高额度')
    await shoot(clerk, 'register-figure')
    assert.deepEqual(await barriers(clerk), [])
    await card.click()
    await clerk.waitForURL((url) => !url.search.includes('figure'))
    assertClean(clerk, 'clerk')
  })
  await test('another county sees none of it; a phone reads it as cards', async () => {
    const other = await enter(world, '370114-rural-handler', DESK, LOANS)
    await other.getByText('还没有登记').waitFor()
    const phone = await enter(world, CLERK, PHONE, LOANS)
    await row(phone, '样例902').waitFor()
    await settled(phone)
    await shoot(phone, 'register-phone')
    assert.deepEqual(await barriers(phone), [])
    assertClean(phone, 'phone')
  })
}
