// Nothing typed is lost: a server killed under the typing, a session that ended, two desks at once.
import assert from 'node:assert/strict'
import { openPart, paste, reads, saved } from './hands.mjs'
import { startServer, stopServer } from './server.mjs'
import { test, until } from './tally.mjs'
import { DESK, PASSWORD, assertClean, atRest, enter, login, newBrowser, newPage, settled, shoot } from './world.mjs'

const ACCOUNT = '370683-rural-handler'
const DOWN = [/ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/]
const ENDED = [/\b401\b/]
const STALE = [/\b409\b/]

const purpose = (page) => page.getByLabel('功能定位')
const lasting = (page) => page.getByLabel('可持续性')
const copies = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('unsent:')))
const kept = (page) => until(async () => (await copies(page)).length > 0, () => 'no copy on this device')
/** The user looks at another window, as the browser tells the page. */
const hidden = (page) =>
  page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
    delete document.visibilityState
  })

async function atPlan(page) {
  await page.goto('/zones')
  await page.getByRole('link', { name: /样例三：沙河苹果/ }).first().click()
  await openPart(page, '实施规划')
  return page
}

async function holds(field, text) {
  await until(async () => (await field.inputValue()) === text, () => field.inputValue())
}

async function restart(world, signal) {
  const { data, port } = world.server
  await stopServer(world.server, signal)
  return async () => (world.server = await startServer(data, port))
}

async function killed(world) {
  const page = await atPlan(await enter(world, ACCOUNT))
  page.allowed.push(...DOWN)
  await purpose(page).fill('')
  await purpose(page).pressSequentially('停电时')
  const again = await restart(world, 'SIGKILL')
  await purpose(page).pressSequentially('写的长句子')
  await page.getByRole('heading', { level: 1 }).click()
  await page.getByText('没有信号，正在离线使用').waitFor()
  await shoot(page, 'offline')
  await purpose(page).pressSequentially('定位')
  await again()
  await saved(page)
  await page.reload()
  await holds(purpose(page), '停电时写的长句子定位')
  assertClean(page, 'after the kill')
  await page.context().close()
}

async function closedWhileDown(world) {
  const page = await atPlan(await enter(world, ACCOUNT))
  page.allowed.push(...DOWN)
  const again = await restart(world, 'SIGKILL')
  await purpose(page).fill('断电前写下的定位')
  await kept(page)
  const context = page.context()
  await page.close()
  await again()
  const next = await atPlan(await newPage(context))
  const notice = next.getByText(/本机有 .* 未上传的内容，\d+ 处改动/)
  await notice.waitFor()
  await shoot(next, 'recovered')
  await hidden(next)
  await next.goto('/')
  await atPlan(next)
  await next.reload()
  await notice.waitFor()
  await lasting(next).fill('恢复以前又写的办法')
  await saved(next)
  await next.reload()
  await notice.waitFor()
  await next.getByRole('button', { name: '恢复这些内容' }).click()
  await saved(next)
  await next.reload()
  await holds(purpose(next), '断电前写下的定位')
  await holds(lasting(next), '恢复以前又写的办法')
  assert.equal(await notice.count(), 0, 'what was taken is offered no more')
  assert.deepEqual(await copies(next), [], 'no copy is left behind')
  assertClean(next, 'after the recovery')
  await context.close()
}

/** A copy is refused only by its own button, and a log-out takes nothing along unasked. */
async function refused(world) {
  const page = await atPlan(await enter(world, ACCOUNT))
  page.allowed.push(...DOWN)
  const again = await restart(world, 'SIGKILL')
  await lasting(page).fill('要放弃的办法')
  await kept(page)
  const context = page.context()
  await page.close()
  await again()
  const next = await atPlan(await newPage(context))
  await next.getByRole('button', { name: '放弃这份' }).click()
  await next.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  assert.equal((await copies(next)).length, 1)
  await next.locator('summary').filter({ hasText: '经办岗' }).click()
  await next.getByRole('button', { name: '退出', exact: true }).click()
  await reads(next.getByRole('dialog'), '1 项没有上传')
  await next.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  await next.getByRole('button', { name: '放弃这份' }).click()
  await next.getByRole('dialog').getByRole('button', { name: '放弃这份' }).click()
  await next.getByText(/本机有 .* 未上传的内容/).waitFor({ state: 'hidden' })
  assert.deepEqual(await copies(next), [])
  assertClean(next, 'after the refusal')
  await context.close()
}

/** A part that was never opened, a page of another section and a reload, all without a server. */
async function unopened(world) {
  const page = await atPlan(await enter(world, ACCOUNT))
  page.allowed.push(...DOWN)
  await until(async () => page.evaluate(() => performance.getEntriesByType('resource').some((r) => /ProjectGrid/.test(r.name))), () => 'the code is not fetched ahead')
  await settled(page)
  const again = await restart(world, 'SIGTERM')
  await page.getByRole('navigation', { name: '申报材料各部分' }).getByRole('link', { name: /项目/ }).click()
  await page.getByRole('heading', { level: 2, name: /^项目/ }).waitFor()
  await page.getByRole('link', { name: '工作台' }).click()
  await reads(page.getByRole('main'), '服务器没有回应')
  await shoot(page, 'away')
  await again()
  await page.getByRole('tab', { name: /待办/ }).waitFor()
  await page.getByText('没有信号，正在离线使用').waitFor({ state: 'hidden' })
  assertClean(page, 'after the restart')
  await page.context().close()
}

/** Code that cannot be had: the part says so, and opens by itself when it can. */
async function codeless(world) {
  const context = await newBrowser(world, DESK)
  await context.route(/assets\/(ProjectsPart|HomePage)-/, (route) => route.abort('connectionfailed'))
  const page = await newPage(context)
  page.allowed.push(/ERR_CONNECTION_FAILED/, /ERR_FAILED/)
  await login(page, ACCOUNT, '/zones')
  await page.getByRole('link', { name: /样例三：沙河苹果/ }).first().click()
  const nav = page.getByRole('navigation', { name: '申报材料各部分' })
  await nav.getByRole('link', { name: /项目/ }).click()
  await reads(page.getByRole('alert'), /系统已更新|还没有取到/)
  await page.getByRole('link', { name: '工作台' }).click()
  await reads(page.getByRole('alert'), /系统已更新|还没有取到/)
  await shoot(page, 'codeless')
  await page.goBack()
  await reads(page.getByRole('alert'), /系统已更新|还没有取到/)
  await context.unroute(/assets\/(ProjectsPart|HomePage)-/)
  await page.getByRole('button', { name: '再试一次' }).click()
  await page.getByRole('heading', { level: 2, name: /^项目/ }).waitFor()
  assertClean(page, 'after the code came')
  await context.close()
}

const cellsOf = (page, row) => page.locator('.tabulator-row').nth(row).locator('.tabulator-cell')

/** The grid keeps what it cannot read, says why of each cell, and takes every step back. */
async function grid(world) {
  const page = await enter(world, ACCOUNT)
  await page.goto('/zones')
  await page.getByRole('link', { name: /样例三：沙河苹果/ }).first().click()
  await openPart(page, '项目')
  const heading = page.getByRole('heading', { level: 2, name: /^项目/ })
  const before = await heading.innerText()
  const cell = (row) => page.locator('.tabulator-row').nth(row).locator('[tabulator-field="/deadline"]')
  await cell(0).click()
  await paste(page, [['明年', '不知道'], ['2028-06-28 00:00:00', '']])
  const list = page.locator('.unread')
  await reads(list, '“明年”', '写成年-月-日')
  await until(async () => (await cell(1).innerText()) === '2028-06-28', () => cell(1).innerText())
  await shoot(page, 'grid-unread')
  await openPart(page, '资金')
  await openPart(page, '项目')
  await reads(list, '“明年”')
  await until(async () => (await kept(page), true), () => '')
  await page.reload()
  await reads(list, '“明年”')
  await page.getByRole('button', { name: '撤销' }).isDisabled()
  await list.getByRole('button', { name: /^放弃/ }).first().click()
  while (await list.count()) await list.getByRole('button', { name: /^放弃/ }).first().click()

  await page.locator('.tabulator-row').first().getByRole('button').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '移除这个项目' }).click()
  await page.getByRole('dialog', { name: /^移除 / }).getByRole('button', { name: '移除', exact: true }).click()
  await until(async () => (await heading.innerText()) !== before, () => heading.innerText())
  await page.locator('.tabulator-tableholder').click()
  await page.keyboard.press('Control+Z')
  await until(async () => (await heading.innerText()) === before, () => heading.innerText())
  await saved(page)

  await cellsOf(page, 0).nth(1).click()
  await paste(page, [['项目编号', '项目名称', '省级资金'], ['P1', '改名', '100'], ['合计', '', '100']])
  await page.getByRole('dialog', { name: /粘贴的内容/ }).waitFor()
  await atRest(page)
  await shoot(page, 'grid-headed')
  await page.getByRole('dialog').getByRole('button', { name: '取消' }).click()
  assert.equal(await heading.innerText(), before, 'a heading line is no project')
  assertClean(page, 'after the grid')
  await page.context().close()
}

/** Whatever a valid dossier holds: the page's totals are those of the check, and an edit changes one line. */
async function matrix(world) {
  const page = await enter(world, ACCOUNT)
  await page.goto('/zones')
  await page.getByRole('link', { name: /样例三：沙河苹果/ }).first().click()
  await openPart(page, '资金')
  const id = Number(/zones\/(\d+)/.exec(page.url())[1])
  const ask = async (path) => (await page.request.get(`/api/zones/${id}/${path}`)).json()
  const first = await ask('dossier')
  for (const funds of FUNDS) {
    await put(page, id, { ...(await ask('dossier')).dossier, funds })
    await page.reload()
    await openPart(page, '资金')
    const head = (source) => page.locator(`tr[data-pointer="/funds/${source}"] .sum`)
    const values = Object.assign({}, ...(await ask('check')).results.map((r) => r.values))
    for (const [label, source, figure] of [['衔接资金', 'transitional', '衔接资金'], ['整合行业资金', 'integrated', '整合行业资金'], ['社会资本', 'social', '社会资本']]) {
      const shown = (await head(source).innerText()).replace(/,/g, '').trim()
      const wanted = sumOf(funds[source])
      assert.equal(shown === '?' ? null : Number(shown), wanted, `${label} shown of ${JSON.stringify(funds[source])}`)
      if (values[figure] !== undefined && wanted !== null) assert.equal(Number(values[figure]), wanted, `${label} checked`)
    }
  }
  const social = page.getByLabel('龙头企业', { exact: true })
  assert.equal(await social.inputValue(), '5,600.00')
  await social.fill('5700')
  await saved(page)
  const { funds } = (await ask('dossier')).dossier
  assert.deepEqual(funds, { ...FUNDS[FUNDS.length - 1], social: [{ department: '龙头企业', amount: '5700.00' }, { department: '合作社', amount: null }] })
  await shoot(page, 'funds-social')
  await put(page, id, first.dossier)
  assertClean(page, 'after the matrix')
  await page.context().close()
}

const sumOf = (lines) => (!lines || lines.some((l) => l.amount === null) ? null : lines.reduce((all, l) => all + Number(l.amount), 0))
const FUNDS = [
  { transitional: [{ amount: '100' }, { level: null, amount: 50.5 }, { level: 'city', amount: '7.25' }], integrated: [], social: [{ level: 'social', department: '甲', amount: '3' }, { department: '甲', amount: '4' }] },
  { transitional: [{ level: 'county', amount: '1' }, { level: 'county', document: '乙', amount: '2' }], integrated: [{ department: '', amount: '5' }, { level: 'city', amount: 6 }], social: null },
  { transitional: [{ level: 'county', amount: null }], integrated: [{ level: 'central', department: '水利局', amount: '0.000001' }], social: [{ department: '龙头企业', amount: '5600' }, { department: '合作社', amount: null }] },
]

async function put(page, id, dossier) {
  const { version } = await (await page.request.get(`/api/zones/${id}/dossier`)).json()
  const headers = { 'Idempotency-Key': crypto.randomUUID(), Origin: new URL(page.url()).origin }
  const answer = await page.request.put(`/api/zones/${id}/dossier`, { headers, data: { version, dossier } })
  assert.equal(answer.status(), 200, await answer.text())
}

async function sessionEnded(world) {
  const page = await atPlan(await enter(world, ACCOUNT))
  page.allowed.push(...ENDED)
  const cookies = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ')
  const headers = { Cookie: cookies, 'Idempotency-Key': '00000000-0000-4000-8000-00000000dead' }
  await fetch(`${world.server.url}/api/session`, { method: 'DELETE', headers })
  await purpose(page).fill('登录过期时写下的定位')
  await page.getByRole('heading', { level: 1 }).click()
  const dialog = page.getByRole('dialog', { name: '登录已过期' })
  await dialog.waitFor()
  await atRest(page)
  await shoot(page, 'expired')
  await dialog.getByLabel('口令').fill(PASSWORD)
  await dialog.getByRole('button', { name: '继续' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await saved(page)
  await page.reload()
  await holds(purpose(page), '登录过期时写下的定位')
  assertClean(page, 'after logging in again')
  await page.context().close()
}

async function twoDesks(world) {
  const [one, two] = [await atPlan(await enter(world, ACCOUNT)), await atPlan(await enter(world, ACCOUNT))]
  two.allowed.push(...STALE)
  await purpose(one).fill('甲写的定位')
  await saved(one)
  await lasting(two).fill('乙写的长效办法')
  await saved(two)
  await two.getByText(/别人刚保存了第 \d+ 版/).waitFor()
  await holds(purpose(two), '甲写的定位')
  await two.getByRole('button', { name: '知道了' }).click()

  one.allowed.push(...STALE)
  await purpose(two).fill('乙改的定位')
  await saved(two)
  await purpose(one).fill('甲又改的定位')
  await one.getByRole('heading', { level: 1 }).click()
  const dialog = one.getByRole('dialog', { name: '同一处两人都改了' })
  await reads(dialog, '功能定位', '甲又改的定位', '乙改的定位')
  await atRest(one)
  await shoot(one, 'conflict')
  await dialog.getByLabel('乙改的定位').check()
  await dialog.getByRole('button', { name: '按所选保存' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await saved(one)
  await holds(purpose(one), '乙改的定位')
  await holds(lasting(one), '乙写的长效办法')
  for (const page of [one, two]) {
    assertClean(page, 'after two desks')
    await page.context().close()
  }
}

export async function run(world) {
  await test('a server killed under the typing loses nothing', () => killed(world))
  await test('a page closed while the server was down offers what it held', () => closedWhileDown(world))
  await test('a copy on this device is refused by its own button alone', () => refused(world))
  await test('without a server an unopened part opens, a page says so and heals by itself', () => unopened(world))
  await test('code that cannot be fetched is told and fetched again', () => codeless(world))
  await test('the grid keeps what it cannot read, undoes, and asks before it removes', () => grid(world))
  await test('the matrix shows what is stored and checked, and an edit changes one line', () => matrix(world))
  await test('an ended session is opened again in place and nothing is lost', () => sessionEnded(world))
  await test('of two desks the second is told, sees the difference and chooses', () => twoDesks(world))
}
