// The three administrators do their work on the pages: an organ, an account and its seat, a password, a setting, the log.
import assert from 'node:assert/strict'
import { reads } from './hands.mjs'
import { test } from './tally.mjs'
import { workbook } from './workbook.mjs'
import { DESK, PHONE, assertSound, enter, newBrowser, newPage, settled, shoot } from './world.mjs'

const ORGAN = '样例莱州市水利局'
const RENAMED = '样例莱州市水务局'
const ACCOUNT = 'water-01'
const NEW_PASSWORD = 'Yangli-2022-shui'
const AUDITOR = 'audit-02'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const AUDIT_PASSWORD = 'Shenji-yangli-61'

const dialog = (page) => page.getByRole('dialog')
const press = (where, name) => where.getByRole('button', { name, exact: true }).click()
const sheet = (page) => page.getByRole('complementary')
const field = (page, name) => sheet(page).getByLabel(name, { exact: true })
const gone = (page) => dialog(page).waitFor({ state: 'detached' })

async function at(page, path) {
  await page.goto(path)
  await settled(page)
}

async function manage(page, account) {
  await at(page, '/users')
  await page.getByRole('searchbox').first().fill(account)
  await page.getByRole('row').filter({ hasText: account }).getByRole('button').click()
  await sheet(page).getByRole('heading', { level: 2, name: /\S/ }).waitFor()
  await settled(page)
}

async function save(page) {
  await press(sheet(page), '保存')
  await sheet(page).getByRole('button', { name: '保存', exact: true }).waitFor({ state: 'detached' })
  await settled(page)
}

/** Reads the password, or the half of it, that is shown once. */
async function issued(page, name = '一次性口令') {
  const once = page.getByRole('textbox', { name })
  await once.waitFor()
  const password = await once.inputValue()
  await press(dialog(page), '已记下')
  await gone(page)
  return password
}

async function chooseOrgan(page, name) {
  await dialog(page).getByRole('searchbox').fill(name)
  await dialog(page).locator('select').filter({ hasText: name }).selectOption({ label: name })
}

async function firstLogin(world, password, account = ACCOUNT) {
  const page = await newPage(await newBrowser(world, DESK))
  await page.goto('/login')
  await page.getByLabel('账户').fill(account)
  await page.getByLabel('口令').fill(password)
  await page.getByRole('button', { name: '登录' }).click()
  await page.waitForURL((url) => url.pathname !== '/login')
  return page
}

export async function run(world) {
  let page
  let password
  let half
  let auditor
  await test('the system administrator makes an organ and gives it another name', async () => {
    page = await enter(world, 'system-admin')
    await at(page, '/organs')
    await press(page, '新增')
    await field(page, '名称 *').fill(ORGAN)
    await field(page, '级别 *').selectOption('county')
    await field(page, '类别 *').selectOption('department')
    await field(page, '辖区代码 *').fill('370683')
    await save(page)
    await page.getByRole('searchbox').first().fill(ORGAN)
    await page.getByRole('row').filter({ hasText: ORGAN }).getByRole('button').click()
    assert.ok(await field(page, '级别').isDisabled())
    await field(page, '名称 *').fill(RENAMED)
    await save(page)
    await assertSound(page, 'organ')
    await shoot(page, 'admin-organ')
    await page.getByRole('searchbox').first().fill(RENAMED)
    await page.getByRole('row').filter({ hasText: RENAMED }).waitFor()
  })
  await test('and an account, whose password is shown once', async () => {
    await at(page, '/users')
    await press(page, '新建用户')
    await dialog(page).getByLabel('账户').fill(ACCOUNT)
    await dialog(page).getByLabel('姓名').fill('样例水务')
    await dialog(page).getByLabel('手机').fill('13800000000')
    await chooseOrgan(page, RENAMED)
    await dialog(page).locator('button[form=user]').click()
    password = await issued(page)
    assert.ok(password.length >= 10, password)
  })
  await test('an administrator-to-be gets no password yet: it comes with the seat', async () => {
    await at(page, '/users')
    await press(page, '新建用户')
    await dialog(page).getByLabel('账户').fill(AUDITOR)
    await dialog(page).getByLabel('姓名').fill('样例审计')
    await chooseOrgan(page, '系统管理机构')
    await dialog(page).locator('button[form=user]').click()
    await gone(page)
    await reads(page.getByRole('main'), AUDITOR, '授予岗位时由两名管理员各发一半')
  })
  await test('a phone is shown for a reason only', async () => {
    await manage(page, ACCOUNT)
    assert.equal(await field(page, '手机').inputValue(), '138****0000')
    await press(sheet(page), '揭示')
    await dialog(page).getByLabel(/查看理由/).fill('核对联系方式')
    await press(dialog(page), '揭示')
    await reads(dialog(page), '13800000000')
    await press(dialog(page), '关闭')
    await assertSound(page, 'user')
    await shoot(page, 'admin-user')
    await page.context().close()
  })
  await test('the security administrator gives the seat', async () => {
    page = await enter(world, 'security-admin')
    await manage(page, ACCOUNT)
    await field(page, '岗位').selectOption('handler')
    await press(sheet(page), '授予岗位')
    await page.getByRole('row').filter({ hasText: ACCOUNT }).filter({ hasText: '在用' }).waitFor()
  })
  await test('accounts come by a sheet, get the seats asked for together, and their passwords on one paper', async () => {
    const own = await enter(world, 'system-admin')
    await at(own, '/users')
    const rows = [['账户', '姓名', '机构', '拟任岗位'], ['sheet-01', '样例甲', RENAMED, '经办'], ['sheet-02', '样例乙', RENAMED, '签批']]
    const file = { name: '用户.xlsx', mimeType: XLSX, buffer: workbook({ 用户: rows }) }
    await own.getByRole('main').locator('input[type=file]').first().setInputFiles(file)
    await dialog(own).getByRole('button', { name: '导入 2 行改动' }).click()
    await gone(own)
    await own.context().close()
    await at(page, '/users?account=sheet-')
    await page.getByRole('main').getByRole('checkbox').first().check()
    await press(page, '授予拟任岗位（2）')
    await reads(page.getByRole('status'), '样例乙', '须两名管理员办理')
    assert.ok(page.faults.splice(0).every((f) => f.includes('409'))) // what needs two is said, not done
    const printed = page.waitForEvent('download')
    await page.getByRole('row').filter({ hasText: '1 个账户待印发' }).getByRole('button', { name: '印发', exact: true }).click()
    assert.match((await printed).suggestedFilename(), /^口令清单-.*\.pdf$/)
    await page.getByRole('row').filter({ hasText: '2 个已印发、未登录' }).waitFor()
    await assertSound(page, 'passwords on paper')
    await shoot(page, 'admin-paper')
  })
  await test('the new account must change its password first', async () => {
    const own = await firstLogin(world, password)
    await own.waitForURL((url) => url.pathname === '/password')
    for (const [name, value] of [['原口令', password], ['新口令', NEW_PASSWORD], ['再写一遍新口令', NEW_PASSWORD]])
      await own.getByLabel(name, { exact: true }).fill(value)
    await press(own, '保存新口令')
    await own.waitForURL((url) => url.pathname === '/')
    await reads(own.getByRole('banner'), RENAMED)
    await own.context().close()
  })
  await test('a reset password replaces it', async () => {
    await manage(page, ACCOUNT)
    await press(sheet(page), '重置口令')
    assert.notEqual(await issued(page), password)
  })
  await test('nobody alone gives an administrator his seat: one asks, and is told half of the password', async () => {
    await manage(page, AUDITOR)
    assert.equal(await sheet(page).getByRole('button', { name: '授予岗位' }).count(), 0)
    await sheet(page).getByLabel('申请事项').selectOption('seat')
    await sheet(page).getByLabel('所授岗位').selectOption('audit')
    await sheet(page).getByLabel('事由').fill('样例：新任审计管理员')
    await assertSound(page, 'asking for two')
    await shoot(page, 'admin-ask')
    await press(sheet(page), '提出申请')
    half = await issued(page, '半段一次性口令')
    await reads(page.getByRole('main'), `${AUDITOR} 的申请已提出`)
    await at(page, '/requests')
    assert.equal(await page.getByRole('button', { name: '确认办理' }).count(), 0)
    await page.getByRole('button', { name: '撤回' }).waitFor()
  })
  await test('one of another seat confirms it, and both halves in a row log in', async () => {
    const second = await enter(world, 'system-admin')
    await at(second, '/requests')
    await reads(second.getByRole('main'), AUDITOR, '样例：新任审计管理员', '待确认')
    await assertSound(second, 'requests')
    await shoot(second, 'admin-requests')
    await press(second, '确认办理')
    half += await issued(second, '半段一次性口令')
    await reads(second.getByRole('main'), '已办理')
    await second.context().close()
    const own = await firstLogin(world, half, AUDITOR)
    await own.waitForURL((url) => url.pathname === '/password')
    for (const [name, value] of [['原口令', half], ['新口令', AUDIT_PASSWORD], ['再写一遍新口令', AUDIT_PASSWORD]])
      await own.getByLabel(name, { exact: true }).fill(value)
    await press(own, '保存新口令')
    await own.waitForURL((url) => url.pathname !== '/password')
    auditor = own
  })
  await test('one sees where one is signed in, and enrols a second factor from its QR code', async () => {
    await at(auditor, '/sessions')
    await reads(auditor.getByRole('main'), '当前会话')
    await assertSound(auditor, 'own sessions')
    await at(auditor, '/enrol')
    await auditor.getByRole('img', { name: '动态口令二维码' }).waitFor()
    await assertSound(auditor, 'enrol')
    await shoot(auditor, 'admin-enrol')
  })
  await test('a setting is changed within its range, and refused beyond it', async () => {
    await at(page, '/settings')
    const row = page.getByRole('row').filter({ hasText: '空闲' }).first()
    await row.getByRole('button', { name: '修改' }).click()
    await dialog(page).locator('input').fill('20')
    await dialog(page).locator('button[form=setting]').click()
    await gone(page)
    await reads(row, '20')
    await assertSound(page, 'settings')
    await shoot(page, 'admin-settings')
    await page.context().close()
  })
  await test('the account is stopped and put back into use', async () => {
    page = await enter(world, 'system-admin')
    for (const [state, words] of [['stopped', '停用'], ['active', '在用']]) {
      await manage(page, ACCOUNT)
      await field(page, '状态').selectOption(state)
      await save(page)
      await page.getByRole('row').filter({ hasText: ACCOUNT }).filter({ hasText: words }).waitFor()
    }
    await page.getByRole('row').filter({ hasText: ACCOUNT }).filter({ hasText: '在用' }).waitFor()
    await page.context().close()
  })
  await test('the audit administrator sees who did all that, and that the chain holds', async () => {
    page = auditor
    for (const [noun, act] of [['setting', '修改设置'], ['organ', '修改登记（机构）']]) {
      await at(page, `/audits?noun=${noun}`)
      await reads(page.getByRole('main'), act)
    }
    await at(page, '/audits')
    await press(page, '核验审计链')
    await reads(page.getByRole('main'), '完整')
    await assertSound(page, 'audits')
    await shoot(page, 'admin-audits')
    await page.context().close()
  })
  await test('the province pastes a year of public holidays: a line that is wrong says why, then all are saved', async () => {
    page = await enter(world, '37-finance-handler', DESK, '/holidays/2027')
    await settled(page)
    await press(page, '粘贴一年')
    const block = dialog(page).getByLabel('从表格复制的内容')
    await block.fill('日期\t安排\t节日\n2027年10月1日\t放假\t国庆节\n2027-10-11\t班\t国庆节')
    await reads(dialog(page), '按周历本来就是这样')
    assert.ok(await dialog(page).getByRole('button', { name: '保存 1 天' }).isDisabled())
    await block.fill('日期\t安排\t节日\n2027年10月1日\t放假\t国庆节\n2027-10-09\t班\t国庆节')
    await assertSound(page, 'a pasted year')
    await press(dialog(page), '保存 2 天')
    await gone(page)
    await reads(page.getByRole('main'), '有 2 天未核实')
  })
  await test('and verifies it by the number of its notice, and takes a day back', async () => {
    await press(page, '核实本年')
    await dialog(page).getByLabel('依据文号').fill('样例〔2026〕1号')
    await press(dialog(page), '确认已核实')
    await gone(page)
    await reads(page.getByRole('row').filter({ hasText: '国庆节' }), '10/1', '10/9', '样例〔2026〕1号')
    await page.getByRole('button', { name: /2027-10-09/ }).click()
    await press(dialog(page), '撤销安排')
    await gone(page)
    await page.getByRole('button', { name: /2027-10-09（周六），周末/ }).waitFor()
    await assertSound(page, 'holidays')
    await shoot(page, 'admin-holidays')
    await page.context().close()
  })
  await test('an administrator finds it beside the settings, and changes nothing', async () => {
    page = await enter(world, 'system-admin', PHONE)
    await at(page, '/settings')
    await page.getByRole('link', { name: '节假日' }).click()
    await at(page, '/holidays/2027')
    await reads(page.getByRole('main'), '国庆节', '维护')
    assert.equal(await page.getByRole('button', { name: '粘贴一年' }).count(), 0)
    await assertSound(page, 'holidays on the phone')
    await page.context().close()
  })
}
