// Every page that a role can reach by its links, in both languages at both sizes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from './tally.mjs'
import { DESK, PHONE, assertClean, barriers, enter, newBrowser, newPage, settled } from './world.mjs'

/** One account for each level and seat of the demo. */
const ACCOUNTS = [
  ...['37', '3706', '370683'].flatMap((code) => ['handler', 'checker', 'signer'].map((seat) => `${code}-rural-${seat}`)),
  '370683-finance-signer',
  '370683-government-signer',
  '370683101-government-handler',
  '370683101201-committee-handler',
  '370683-department-handler',
  '37-experts-handler',
  'system-admin',
  'security-admin',
  'audit-admin',
]
/** Their pages are held against axe too: one that edits, one that only looks. */
const WITH_AXE = new Set(['370683-rural-handler', '3706-rural-checker'])
const AT_ONCE = 2

const nouns = [...readFileSync('web/src/texts/zh.ts', 'utf8').matchAll(/^ {2}(\w+): \{$/gm)].map((m) => m[1])
const RAW = [
  new RegExp(`(?<![\\w.@/-])(${nouns.join('|')})\\.[a-z]\\w*(?![\\w.]*\\.\\w)`),
  /\b(undefined|NaN|null)\b|\[object /,
  /\{\w+\}/,
  /(?<!\S)\/[a-z_]+(\/[\w-]+)*/,
]

const shapeOf = (path) => path.replace(/\d+/g, '#')

/** The places that the links of the page lead to. */
async function linksOf(page) {
  const hrefs = await page.locator('a[href]').evaluateAll((all) => all.map((a) => new URL(a.getAttribute('href'), location.href)).filter((u) => u.origin === location.origin).map((u) => u.pathname + u.search))
  return [...new Set(hrefs)]
}

async function assertWords(page, where, lang) {
  await settled(page)
  const seen = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    text: document.body.innerText,
    wide: document.scrollingElement.scrollWidth - innerWidth,
    alerts: [...document.querySelectorAll('[role=alert]')].map((e) => e.innerText),
  }))
  assert.equal(seen.lang, lang, `${where}: html lang`)
  assert.ok(seen.wide <= 0, `${where}: scrolls sideways by ${seen.wide} px`)
  assert.deepEqual(seen.alerts, [], `${where}: an error is shown`)
  for (const raw of RAW) {
    const found = raw.exec(`${seen.title}\n${seen.text}`)
    assert.ok(!found, `${where}: raw text "${found?.[0]}"`)
  }
  assertClean(page, where)
}

/** What a page is made of, whatever stands in it: its address and the kinds of its elements. */
async function makeOf(page, path) {
  const kinds = await page.evaluate(() => [...new Set([...document.body.querySelectorAll('*')].map((e) => `${e.localName}.${e.getAttribute('class')}`))])
  return [shapeOf(path), ...kinds.sort()].join(' ')
}

/** In all four states; in two of them, both languages and both sizes among them, where another account
 * has seen the same elements in all. */
async function assertPage(page, account, path, makes) {
  const at = (size, lang) => `${account} ${path} ${size.width} ${lang}`
  const axe = async (size, lang) => {
    if (WITH_AXE.has(account)) assert.deepEqual(await barriers(page), [], at(size, lang))
  }
  const turn = (name) => page.getByRole('button', { name, exact: true }).click()
  // A page that failed before this one may have left it narrow or in English.
  await page.setViewportSize(DESK)
  if (await page.evaluate(() => document.documentElement.lang === 'en')) await turn('中文')
  await assertWords(page, at(DESK, 'zh'), 'zh-CN')
  await axe(DESK, 'zh')
  const make = await makeOf(page, path)
  const known = makes.has(make)
  makes.add(make)
  await turn('EN')
  if (!known) await assertWords(page, at(DESK, 'en'), 'en')
  await page.setViewportSize(PHONE)
  await assertWords(page, at(PHONE, 'en'), 'en')
  await page.setViewportSize(DESK)
  await turn('中文')
  if (known) return
  await page.setViewportSize(PHONE)
  await assertWords(page, at(PHONE, 'zh'), 'zh-CN')
  await axe(PHONE, 'zh')
  await page.setViewportSize(DESK)
}

/** By the link where one leads there, as a user would, else by the address. */
async function follow(page, path) {
  const link = page.locator(`a[href="${path}"]`).first()
  if (await link.count()) await link.dispatchEvent('click')
  else await page.goto(path)
}

async function crawl(world, account, files, makes) {
  const page = await enter(world, account)
  const seen = new Set()
  const queue = ['/', '/password', '/messages', '/nowhere']
  while (queue.length > 0) {
    const path = queue.shift()
    if (seen.has(shapeOf(path))) continue
    seen.add(shapeOf(path))
    await test(`${account} ${path}: in both languages at both sizes nothing is wrong`, async () => {
      await follow(page, path)
      await assertPage(page, account, path, makes)
    })
    for (const link of await linksOf(page)) {
      if (!link.startsWith('/api/')) queue.push(link)
      else if (!files.has(shapeOf(link))) {
        files.add(shapeOf(link))
        await test(`${account} ${link}: the file can be had`, () => assertFile(page, link))
      }
    }
  }
  await page.context().close()
}

async function assertFile(page, link) {
  const answer = await page.request.get(link)
  assert.equal(answer.status(), 200, link)
  assert.ok((await answer.body()).length > 500, `${link}: too short for a document`)
}

export async function run(world) {
  const makes = new Set()
  const guest = await newPage(await newBrowser(world, DESK))
  for (const path of ['/login', '/licences'])
    await test(`a guest's ${path}: in both languages at both sizes nothing is wrong`, async () => {
      await guest.goto(path)
      await assertPage(guest, 'guest', path, makes)
      assert.deepEqual(await barriers(guest), [])
    })
  await guest.context().close()

  const files = new Set()
  const queue = [...ACCOUNTS]
  const worker = async () => {
    for (let account = queue.shift(); account; account = queue.shift()) await crawl(world, account, files, makes)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
