// A draft of the pack from its first word to a version in force: two people, in their browsers.
import assert from 'node:assert/strict'
import { paste, reads } from './hands.mjs'
import { test, until } from './tally.mjs'
import { DESK, PHONE, assertSound, enter, settled, shoot } from './world.mjs'

const HANDLER = '37-rural-handler'
const SIGNER = '37-rural-signer'
const NAME = '样例：提高整合比例'

const open = async (page, path) => (await page.goto(path), settled(page))
const status = (page) => page.getByRole('article').getByRole('status')
const button = (page, name) => page.getByRole('button', { name, exact: true })
const cell = (page, row, column) => page.getByLabel(`第 ${row} 行 ${column}`, { exact: true })
const notFound = /console: Failed to load resource: the server responded with a status of 4/

/** Presses the button once it may be pressed, and waits until its work is done. */
async function press(page, name) {
  await until(() => button(page, name).isEnabled(), () => `${name} stays locked`)
  await button(page, name).click()
  await settled(page)
}

async function create(page) {
  await open(page, '/drafts')
  await button(page, '起草').click()
  const dialog = page.getByRole('dialog', { name: '起草' })
  await dialog.getByLabel('草案名称').fill(NAME)
  await dialog.getByRole('button', { name: '起草', exact: true }).click()
  await page.waitForURL(/\/drafts\/\d+$/)
  await page.getByRole('heading', { level: 1, name: NAME }).waitFor()
  await settled(page)
  return new URL(page.url()).pathname
}

async function editRule(page, draft) {
  await open(page, `${draft}/rules/F5`)
  const field = page.getByRole('textbox', { name: '符合', exact: true })
  const right = await field.inputValue()
  await field.fill(`${right}\n  and 没有的名称`)
  await reads(status(page), '1 处错误')
  await reads(page.getByRole('article'), '第 2 行第 7 列', '没有的名称')
  assert.ok(await button(page, '保存规则').isDisabled(), 'what is wrong can be saved')
  await assertSound(page, 'a rule with an error')
  await shoot(page, 'draft-error')
  await field.fill(`${right} and 参数.县数 > 0`)
  await reads(status(page), '检查通过')
  await press(page, '保存规则')
  await reads(status(page), '没有改动')
  await reads(page.getByRole('link', { name: /^F5 / }), '已改')
  await shoot(page, 'draft-rule')
  await field.fill(right)
  await press(page, '保存规则')
  await reads(status(page), '没有改动')
  await until(async () => !/已改/.test(await page.getByRole('link', { name: /^F5 / }).innerText()), () => 'F5 stays changed')
}

async function editTable(page, draft) {
  await open(page, `${draft}/rules/tier-amount`)
  await button(page, '加条款列').click()
  await cell(page, 1, '结果').click()
  await paste(page, [['参数.东部定额', '一.3/s1'], ['参数.中部定额 +', '一.3/s1'], ['参数.西部定额', '一.3/s1']])
  await reads(status(page), '1 处错误')
  assert.equal(await cell(page, 2, '结果').getAttribute('aria-invalid'), 'true')
  await shoot(page, 'draft-table-error')
  await cell(page, 2, '结果').fill('参数.中部定额')
  await reads(status(page), '检查通过')
  await button(page, '加一行').click()
  await cell(page, 4, '区域类别').fill('"西部"')
  await cell(page, 4, '结果').fill('1')
  await reads(status(page), '处问题')
  await button(page, '删除第 4 行').click()
  await reads(status(page), '检查通过')
  await press(page, '保存规则')
  await reads(status(page), '没有改动')
  assert.equal(await cell(page, 3, '条款').inputValue(), '一.3/s1')
  await assertSound(page, 'a table')
  await shoot(page, 'draft-table')
}

async function setFigure(page, name, value) {
  await page.getByRole('textbox', { name, exact: true }).fill(value)
  await button(page, '保存参数（1 项改动）').click()
  await button(page, '保存参数（0 项改动）').waitFor()
  await settled(page)
}

async function runTests(page, ...words) {
  await button(page, '运行证明和测试').click()
  await reads(page.getByRole('region', { name: '测试', exact: true }).getByRole('status'), ...words)
}

async function tryShare(page, draft) {
  await open(page, `${draft}/parameters`)
  await setFigure(page, '整合行业资金比例', '0.6')
  await assertSound(page, 'parameters')
  await shoot(page, 'draft-parameters')
  await open(page, `${draft}/tests`)
  await runTests(page, /[1-9]\d* 个不通过/)
  await reads(page.getByRole('list', { name: '测试案例' }), '不通过', 'F5', '应为')
  await assertSound(page, 'tests')
  await shoot(page, 'draft-tests')
  await open(page, `${draft}/parameters`)
  await setFigure(page, '整合行业资金比例', '0.5')
  await setFigure(page, '县数', '137')
  await open(page, `${draft}/tests`)
  await runTests(page, /，0 个不通过/, '另有 0 处问题')
}

async function exchange(page, draft) {
  await open(page, `${draft}/files`)
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '导出' }).first().click()])
  assert.equal(file.suggestedFilename(), 'rules.dmn')
  const bytes = await page.evaluate(async (at) => (await fetch(at)).text(), await page.getByRole('link', { name: '导出' }).first().getAttribute('href'))
  assert.match(bytes, /<annotation name="条款"><\/annotation>/)
  const give = (text) => page.getByLabel('导入 rules/rules.dmn').setInputFiles({ name: 'rules.dmn', mimeType: 'application/xml', buffer: Buffer.from(text) })
  page.allowed.push(/status of 422/, / 422$/)
  await give(bytes.slice(0, 2000))
  await page.getByRole('alert').waitFor()
  await give(bytes.replace('各级衔接资金总量，万元', '各级衔接资金总量（万元）'))
  await reads(page.getByRole('status'), 'rules/rules.dmn 已替换')
  await assertSound(page, 'files')
  await shoot(page, 'draft-files')
}

const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())

async function send(page, draft) {
  await open(page, draft)
  await button(page, '送批').click()
  const dialog = page.getByRole('dialog', { name: '送批' })
  await dialog.getByLabel('生效日期').fill(today())
  await dialog.getByLabel('说明').fill('样例：县数按最新区划')
  await dialog.getByRole('button', { name: '送批', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  await reads(page.getByRole('region', { name: '办理' }), '送批', '起生效')
  assert.equal(await button(page, '批准发布').count(), 0, 'the author may approve')
  await open(page, `${draft}/history`)
  await assertSound(page, 'history')
  await shoot(page, 'draft-history')
}

async function approve(world, draft) {
  const page = await enter(world, SIGNER, DESK, '/messages')
  await page.getByRole('link', { name: new RegExp(`${NAME}.*待批准`) }).click()
  await page.waitForURL(new RegExp(`${draft}$`))
  await settled(page)
  await assertSound(page, 'a draft that awaits approval')
  await shoot(page, 'draft-sent')
  await button(page, '批准发布').click()
  const dialog = page.getByRole('dialog', { name: '批准发布' })
  await dialog.getByRole('button', { name: '批准发布', exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
  await reads(page.getByRole('region', { name: '办理' }), '批准，自')
  await open(page, '/drafts')
  const versions = page.getByRole('region', { name: '政策包版本' })
  await reads(versions, '第 2 版', '第 1 版')
  await versions.getByRole('row', { name: /第 2 版/ }).getByRole('button', { name: '新建批次' }).click()
  const batch = page.getByRole('dialog', { name: '新建批次' })
  await batch.getByLabel('批次名称').fill('样例：第三批')
  await batch.getByLabel('报省截止').fill('2099-12-10')
  await batch.getByRole('button', { name: '新建批次', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: '样例：第三批' }).waitFor()
  await assertSound(page, 'a batch of the new version')
  await page.context().close()
}

async function onPhone(world, draft) {
  const page = await enter(world, HANDLER, PHONE, '/drafts')
  for (const part of ['', '/rules/F5', '/rules/tier-amount', '/parameters', '/tests', '/files', '/history']) {
    await open(page, part === '' ? '/drafts' : draft + part)
    await assertSound(page, `phone ${part}`)
    await shoot(page, `draft${part.replaceAll('/', '-')}`)
  }
  await page.context().close()
}

export async function run(world) {
  const page = await enter(world, HANDLER, DESK, '/')
  page.allowed.push(notFound)
  let draft = ''
  await test('a handler of the province begins a draft', async () => (draft = await create(page)))
  if (!draft) return
  await test('an expression is checked while it is typed, and saved when it is right', () => editRule(page, draft))
  await test('a table takes a block of a spreadsheet and a column of clauses', () => editTable(page, draft))
  await test('a changed figure shows which golden tests it breaks', () => tryShare(page, draft))
  await test('DMN goes out, and in again once it is proved', () => exchange(page, draft))
  await test('the draft holds on a phone', () => onPhone(world, draft))
  await test('the author sends it and cannot approve it', () => send(page, draft))
  await test('a second person publishes it, and a batch is opened with it', () => approve(world, draft))
  await page.context().close()
}
