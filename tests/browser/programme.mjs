// A second programme of another province, on the pages: its divisions, tables, dossier with a part of its own, rules and steps
// come from tests/provinces/chengchuan and tests/packs/cheng-2024 alone. What the selection suite walks in full goes over the routes.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { answer, openPart, reads, saved, unfold, walk } from './hands.mjs'
import { openOffice, scoreRest } from './office.mjs'
import { DESK, PHONE, assertSound, enter, newBrowser, newPage, settled, shoot } from './world.mjs'

export const made = ['--divisions', 'tests/provinces/chengchuan', '--pack', 'tests/packs/cheng-2024']

const COUNTY = '980683-rural-handler'
const CITY = '9806-rural-checker'
const PROVINCE = '98-rural-handler'
const WHY = '样例理由：写明了做法和户数，有依据。'
const AREA = '样例：渡口竹编片区'
const DAY_MS = 86_400_000
const china = (days) => new Date(Date.now() + 8 * 3_600_000 + days * DAY_MS).toISOString()
const dayIn = (days) => china(days).slice(0, 10)

const base = () => JSON.parse(readFileSync('tests/packs/cheng-2024/tests/base.json', 'utf8'))
const sha = (text) => createHash('sha256').update(text).digest('hex')

async function act(j, account, noun, id) {
  const { flow } = await j.office.ask(account, 'GET', `/api/${noun}/${id}`)
  return j.office.ask(account, 'POST', `/api/${noun}/${id}/acts`, { act: 'forward', round: flow.round })
}

async function onward(j, account = PROVINCE) {
  const { flow, determination } = await j.office.ask(PROVINCE, 'GET', '/api/batches/1/selection')
  const { rows } = flow.role === 'selection.determine' ? await j.office.ask(PROVINCE, 'GET', '/api/batches/1/determinations') : { rows: [] }
  const hash = determination?.hash ?? rows.at(-1)?.hash ?? ''
  await j.office.ask(account, 'POST', '/api/batches/1/selection/acts', { act: 'forward', round: flow.round, hash })
}

/** Another area of the same county, which the rules let the city's second place have. */
async function second(j) {
  const dossier = { ...base(), zone: '样例：渡口古渡片区' }
  const { id } = await j.office.ask(COUNTY, 'POST', '/api/zones', { name: dossier.zone, county: '980683', batch_id: 1 })
  await j.office.ask(COUNTY, 'PUT', `/api/zones/${id}/dossier`, { version: 1, dossier })
  for (const account of [COUNTY, '980683-government-signer', CITY]) await act(j, account, 'zones', id)
}

const steps = [
  ['the tables of the batch are registers of the pack, and open as they are filtered', async (j) => {
    const page = await j.enter(PROVINCE, '/batches')
    await reads(page.getByRole('row', { name: /各市名额/ }), '3')
    await j.both('programme-batch')
    await page.getByRole('link', { name: '各市名额' }).click()
    await reads(page.getByRole('main'), '北渡市', '南屿市', '澄农发〔2024〕8号')
    await j.sound('programme-register')
  }],
  ['a county writes its dossier; the part of its own is on the page and in the check', async (j) => {
    const { heritage, upkeep, ...rest } = base()
    assert.ok(heritage && upkeep)
    const { id } = await j.office.ask(COUNTY, 'POST', '/api/zones', { name: AREA, county: '980683', batch_id: 1 })
    await j.office.ask(COUNTY, 'PUT', `/api/zones/${id}/dossier`, { version: 1, dossier: rest })
    const page = await j.enter(COUNTY, `/zones/${id}/villages`)
    await reads(page.getByRole('main'), '东头村')
    await j.sound('programme-villages')
    await openPart(page, '乡土遗产')
    await page.getByLabel('管护单位').fill(upkeep.keeper)
    await saved(page)
    await j.both('programme-heritage')
    const { version } = await j.office.ask(COUNTY, 'GET', `/api/zones/${id}/dossier`)
    await j.office.ask(COUNTY, 'PUT', `/api/zones/${id}/dossier`, { version, dossier: base() })
    await page.reload()
    await settled(page)
    await reads(page.getByRole('main'), '遗产清单')
    await unfold(page)
    await reads(answer(page, 'N1'), '本市还有名额')
    await openPart(page, '项目')
    await reads(page.getByRole('main'), '数字乡村')
    await j.sound('programme-projects')
  }],
  ['the county sends it to its government, that to the city, each by the words of the pack', async (j) => {
    for (const [account, step] of [[COUNTY, '县级填写'], ['980683-government-signer', '县政府盖章报市'], [CITY, '市级初审']]) {
      const page = await j.enter(account, '/zones/1')
      await reads(page.locator('[aria-current=step]').first(), step)
      await act(j, account, 'zones', 1)
    }
    await second(j)
  }],
  ['the board has the tiles and the tiers of this province', async (j) => {
    const page = await j.enter(PROVINCE, '/recommendations')
    await reads(page.getByRole('main'), '北渡', '南屿', '东栈', '小县', '大县')
    await j.both('programme-board')
  }],
  ['the city compares two areas for its two places and reports both', async (j) => {
    const own = await j.office.ask(CITY, 'POST', '/api/batches/1/recommendations', { city: '9806' })
    for (const zone of [1, 2]) {
      const { results } = await j.office.ask(CITY, 'GET', `/api/zones/${zone}/check`)
      await j.office.ask(CITY, 'PUT', `/api/zones/${zone}/findings`, results.map((r) => ({ rule: r.rule, verdict: 'agree', finding: null, version: 0 })))
    }
    const page = await j.enter(CITY, `/recommendations/${own.id}`)
    await reads(page.getByRole('main'), AREA, '限推荐 2 个')
    await j.both('programme-compare')
    const zones = [1, 2].map((zone_id) => ({ zone_id, chosen: true }))
    await j.office.ask(CITY, 'PUT', `/api/recommendations/${own.id}`, { version: own.version, letter_number: '样例〔2024〕1号', letter_day: dayIn(0), zones })
    for (const account of [CITY, '9806-rural-signer']) await act(j, account, 'recommendations', own.id)
  }],
  ['the selection has no defence, on no page of it', async (j) => {
    await j.office.ask(PROVINCE, 'POST', '/api/batches/1/selection/acts', { act: 'open', round: 0 })
    for (const zone of [1, 2])
      await j.office.ask(PROVINCE, 'PUT', `/api/zones/${zone}/form`, { version: 0, checks: ['letter', 'book'].map((item) => ({ item, ok: true })) })
    const page = await j.enter(PROVINCE, '/selection/1')
    await reads(page.getByRole('main'), AREA)
    assert.ok(!/答辩/.test(await page.locator('body').innerText()), 'a defence is told')
    await j.sound('programme-selection')
    await onward(j)
  }],
  ['experts are drawn and score by the rubric of the pack', async (j) => {
    const { id } = await j.office.ask(PROVINCE, 'POST', '/api/batches/1/draws')
    const hands = [['98-rural-signer', randomBytes(32).toString('hex')], ['98-finance-signer', randomBytes(32).toString('hex')]]
    for (const [account, value] of hands) await j.office.ask(account, 'POST', `/api/draws/${id}/commit`, { commitment: sha(value) })
    for (const [account, value] of hands) await j.office.ask(account, 'POST', `/api/draws/${id}/reveal`, { value })
    await onward(j)
    await j.office.ask(PROVINCE, 'POST', '/api/batches/1/review/paper/open', { deadline: `${china(2).slice(0, 19)}+08:00` })
    const { experts } = await j.office.ask(PROVINCE, 'GET', '/api/batches/1/review/paper')
    const accounts = experts.filter((e) => e.assigned).map((e) => `expert-${e.number.slice(1)}`)
    const page = await j.enter(accounts[0], '/')
    await page.getByRole('link', { name: /^评审件/ }).first().click()
    await reads(page.getByRole('region', { name: '评分项' }), '七个方面完整可行', '资金落实')
    await j.sound('programme-sheet')
    for (const account of accounts) await scoreRest(j.office, account, 'paper', WHY)
    await j.office.ask(PROVINCE, 'POST', '/api/batches/1/review/paper/seal', {})
    await onward(j)
  }],
  ['visited, ranked, determined within places and budget, signed by both', async (j) => {
    for (const zone of [1, 2]) {
      const visit = await j.office.ask(PROVINCE, 'GET', `/api/zones/${zone}/visit`)
      const findings = visit.items.map((i) => ({ item: i.key, points: i.max * 0.7 + zone * 100, note: '样例：一致。' }))
      await j.office.ask(PROVINCE, 'PUT', `/api/zones/${zone}/visit`, { day: dayIn(0), team: '样例甲', state: 'done', version: visit.version, findings })
    }
    await onward(j)
    const version = async () => (await j.office.ask(PROVINCE, 'GET', '/api/batches/1/selection')).version
    await j.office.ask(PROVINCE, 'POST', '/api/batches/1/ranking', { version: await version() })
    const page = await j.enter(PROVINCE, '/selection/1/rank')
    await reads(page.getByRole('main'), AREA, '70')
    await j.sound('programme-rank')
    await onward(j)
    const { rows } = await j.office.ask(PROVINCE, 'GET', '/api/batches/1/ranking')
    const zones = rows.map((r) => ({ zone_id: r.zone_id, outcome: 'selected' }))
    await j.office.ask(PROVINCE, 'POST', '/api/batches/1/determinations', { version: await version(), zones })
    for (const account of ['98-rural-signer', '98-finance-signer']) await onward(j, account)
  }],
  ['the public reads the list', async (j) => {
    const { id } = await j.office.ask(PROVINCE, 'POST', '/api/batches/1/publications', { kind: 'list', starts_on: dayIn(0), ends_on: dayIn(4) })
    const page = await j.enter(null, `/public/publications/${id}`)
    await reads(page.locator('main'), AREA, '北渡市 渡口县', '2,400.00')
    assert.ok(!/答辩/.test(await page.locator('body').innerText()), 'a defence is told')
    await j.both('programme-list')
  }],
]

export async function run(world) {
  const j = { world, office: openOffice(world), page: null }
  j.enter = async (account, path) => {
    await j.page?.context().close()
    j.page = account ? await enter(world, account, DESK, path) : await newPage(await newBrowser(world, DESK))
    if (!account) await j.page.goto(path)
    await settled(j.page)
    return j.page
  }
  j.sound = async (name) => {
    await assertSound(j.page, name)
    await shoot(j.page, name)
  }
  /** Sound and shown on the phone and on the desk. */
  j.both = async (name) => {
    for (const size of [PHONE, DESK]) {
      await j.page.setViewportSize(size)
      await j.sound(name)
    }
  }
  try {
    await walk(steps.map(([sentence, body]) => [sentence, () => body(j)]), () => j.page)
  } finally {
    await j.page?.context().close()
    await j.office.close()
  }
}
