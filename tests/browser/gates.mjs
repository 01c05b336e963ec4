// The front end's limits: bytes of each route as they travel, and that a page shows its frame first.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { test } from './tally.mjs'
import { DESK, login, newBrowser, newPage, settled } from './world.mjs'

const KB = 1000
const LOGIN_MOST = 140 * KB
const ROUTE_MOST = 250 * KB
const TOTAL_MOST = 900 * KB
const SLOWER = 6

const PARTS = ['basic', 'villages', 'industries', 'plan', 'projects', 'funds', 'organisation', 'report', 'opinions', 'attachments', 'exceptions']

/** Bytes of page, scripts and styles that a browser with an empty cache fetches for a path itself: one
 * that saves data fetches nothing ahead. */
async function bytesOf(context, path) {
  const page = await newPage(context)
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }))
  const client = await context.newCDPSession(page)
  await client.send('Network.enable')
  await client.send('Network.setCacheDisabled', { cacheDisabled: true })
  const sizes = []
  page.on('requestfinished', (r) => {
    if (['document', 'script', 'stylesheet'].includes(r.resourceType())) sizes.push(r.sizes().then((s) => s.responseBodySize))
  })
  await page.goto(path)
  await settled(page)
  const bytes = (await Promise.all(sizes)).reduce((a, b) => a + b, 0)
  await page.close()
  return bytes
}

/** Milliseconds to the first contentful paint at a sixth of the speed while every answer but the session's is held back. */
async function paintOf(context, path) {
  const page = await newPage(context)
  const client = await context.newCDPSession(page)
  await client.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  const held = []
  await page.route('**/api/**', (route) => (route.request().url().endsWith('/api/session') ? route.continue() : held.push(route)))
  await page.goto(path)
  const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime
  const time = await (await page.waitForFunction(paint)).jsonValue()
  await Promise.all(held.map((route) => route.abort().catch(() => {})))
  await page.close()
  return time
}

function totalBytes() {
  const files = readdirSync('web/dist', { recursive: true, withFileTypes: true }).filter((f) => f.isFile())
  return files.reduce((sum, f) => sum + gzipSync(readFileSync(`${f.parentPath ?? f.path}/${f.name}`), { level: 9 }).length, 0)
}

const under = (what, found, most, unit) => {
  console.log(`${what}: ${Math.round(found)} ${unit} of ${most}`)
  assert.ok(found <= most, `${what}: ${found} ${unit}, at most ${most}`)
}

export async function run(world) {
  const guest = await newBrowser(world, DESK)
  const slow = await newBrowser(world, DESK)
  const first = await newPage(slow)
  await login(first, '370683-rural-handler')
  await first.goto('/zones')
  const zone = await first.getByRole('link', { name: /样例三/ }).first().getAttribute('href')
  await first.close()

  await test('the log-in page is small', async () => under('/login', await bytesOf(guest, '/login'), LOGIN_MOST, 'B'))
  for (const path of ['/', '/zones', '/batches', '/messages', '/password', ...PARTS.map((p) => `${zone}/${p}`)])
    await test(`${path} is small enough`, async () => under(path, await bytesOf(slow, path), ROUTE_MOST, 'B'))
  const province = await newBrowser(world, DESK)
  const office = await newPage(province)
  await login(office, '37-rural-handler')
  await office.close()
  await test('/simulation is small enough', async () => under('/simulation', await bytesOf(province, '/simulation'), ROUTE_MOST, 'B'))
  await province.close()
  await test('all files together are small enough', () => under('all', totalBytes(), TOTAL_MOST, 'B'))
  for (const [context, path] of [[guest, '/login'], [slow, '/'], [slow, `${zone}/funds`]])
    await test(`${path} shows its frame before its data are there`, async () =>
      console.log(`${path}: first paint after ${Math.round(await paintOf(context, path))} ms at a sixth of the speed`))
  await guest.close()
  await slow.close()
}
