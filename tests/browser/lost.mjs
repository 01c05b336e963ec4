// Nothing typed is lost: a server killed under the typing, a session that ended, two desks at once.
import { openPart, reads, saved } from './hands.mjs'
import { startServer, stopServer } from './server.mjs'
import { test, until } from './tally.mjs'
import { PASSWORD, assertClean, atRest, enter, newPage, shoot } from './world.mjs'

const ACCOUNT = '370683-rural-handler'
const DOWN = [/ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/]
const ENDED = [/\b401\b/]
const STALE = [/\b409\b/]

const purpose = (page) => page.getByLabel('功能定位')
const lasting = (page) => page.getByLabel('可持续性')
const kept = (page) => until(async () => Object.keys(await page.evaluate(() => ({ ...localStorage }))).some((k) => k.startsWith('unsent:')), () => 'no copy on this device')

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
  await next.getByText(/本机有 .* 未上传的内容/).waitFor()
  await shoot(next, 'recovered')
  await next.getByRole('button', { name: '恢复这些内容' }).click()
  await saved(next)
  await next.reload()
  await holds(purpose(next), '断电前写下的定位')
  assertClean(next, 'after the recovery')
  await context.close()
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
  await test('an ended session is opened again in place and nothing is lost', () => sessionEnded(world))
  await test('of two desks the second is told, sees the difference and chooses', () => twoDesks(world))
}
