// One server with its demo, one Chromium, and pages that remember every fault a user would not see:
// console errors, breaches of the content policy, requests that failed.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { until } from './tally.mjs'
import { dropData, newData, startServer, stopServer } from './server.mjs'

export const PASSWORD = 'Tuijin-2022'
export const DESK = { width: 1366, height: 768 }
export const PHONE = { width: 390, height: 844 }
const SHOTS = 'build/test/shots'
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** made: what a suite's own demo is made of (--divisions, --pack). */
export async function openWorld(made) {
  mkdirSync(SHOTS, { recursive: true })
  const server = await startServer(newData(made), 0, made)
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid() !== 0,
    args: FLAGS,
  })
  return { server, browser }
}

export async function closeWorld(world) {
  await world.browser.close()
  await stopServer(world.server)
  dropData(world.server.data)
}

/** A browser of its own: no cookies, no stored drafts; in Chinese unless told otherwise. */
export async function newBrowser(world, size, more = {}) {
  const phone = size.width < 768
  const context = await world.browser.newContext({
    baseURL: world.server.url,
    viewport: size,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    hasTouch: phone,
    isMobile: phone,
    ...more,
  })
  context.setDefaultTimeout(60_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  return context
}

/** A page whose `faults` lists what went wrong behind it; `allowed` are patterns of expected ones. */
export async function newPage(context) {
  const page = await context.newPage()
  page.faults = []
  page.allowed = []
  const pending = new Set()
  page.pending = () => [...pending].map((r) => `${r.method()} ${r.url()}`)
  const note = (fault) => page.allowed.some((a) => a.test(fault)) || page.faults.push(fault)
  page.on('console', (m) => m.type() === 'error' && note(`console: ${m.text()} ${m.location().url}`))
  page.on('pageerror', (e) => note(`script: ${e.stack}`))
  page.on('request', (r) => pending.add(r))
  page.on('requestfinished', (r) => pending.delete(r))
  page.on('requestfailed', (r) => {
    pending.delete(r)
    const why = r.failure()?.errorText
    if (why !== 'net::ERR_ABORTED') note(`request: ${r.method()} ${r.url()} ${why}`)
  })
  page.on('response', (r) => {
    if (r.status() < 400) return
    pending.delete(r.request()) // a refusal that nobody reads never ends
    note(`answer: ${r.request().method()} ${r.url()} ${r.status()}`)
  })
  await page.exposeFunction('violated', (what) => note(`policy: ${what}`))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) =>
      window.violated(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`),
    )
  })
  return page
}

export function assertClean(page, where) {
  assert.deepEqual(page.faults.splice(0), [], `${where}: faults behind the page`)
}

export async function login(page, account, path = '/') {
  await page.goto(`/login${path === '/' ? '' : `?next=${encodeURIComponent(path)}`}`)
  await page.getByLabel('账户').fill(account)
  await page.getByLabel('口令').fill(PASSWORD)
  await page.getByRole('button', { name: '登录' }).click()
  await page.waitForURL((url) => url.pathname !== '/login')
}

/** A page of an account in a browser of its own. */
export async function enter(world, account, size = DESK, path = '/') {
  const context = await newBrowser(world, size)
  const page = await newPage(context)
  await login(page, account, path)
  return page
}

/** In the page: the next frame is drawn and what moves has come to rest. */
const drawn = async () => {
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)))
  await Promise.allSettled(document.getAnimations().map((a) => a.finished))
}

/** The page has been drawn, whatever is still being fetched. */
export const atRest = (page) => page.evaluate(drawn)

/** Nothing is being fetched, the loading bars are gone and the page has been drawn. */
export async function settled(page) {
  const still = async () => page.pending().length === 0 && (await page.locator('.bars').count()) === 0
  const tell = () => `${page.url()} is still loading; under way: ${page.pending().join(', ')}`
  await until(async () => (await still()) && (await atRest(page), await still()), tell)
}

export async function shoot(page, name) {
  const { width } = page.viewportSize()
  await page.screenshot({ path: `${SHOTS}/${name}-${width}.png`, animations: 'disabled' })
}

/** Serious and critical findings of axe, as "rule: element". */
export async function barriers(page) {
  const there = await page.evaluate(() => 'axe' in window)
  if (!there) await page.evaluate(AXE)
  return page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ['violations'] })
    return found.violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.failureSummary}`))
  })
}

/** What every page must hold, whoever looks at it. */
export async function assertSound(page, where) {
  await settled(page)
  assert.deepEqual(await barriers(page), [], `${where}: accessibility`)
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth)
  assert.ok(wide <= 0, `${where}: ${wide} px wider than the screen`)
  assertClean(page, where)
}
