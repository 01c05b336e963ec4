// The desks of the demo without a page: the routes that the pages use, in one session an account.
import assert from 'node:assert/strict'
import { request } from 'playwright-core'
import { PASSWORD } from './world.mjs'

export function openOffice(world) {
  const desks = new Map()
  const send = async (desk, method, path, data) => {
    const headers = { Origin: world.server.url, 'Idempotency-Key': crypto.randomUUID() }
    // a connection that the server closed for idleness is met with the same key, which has one effect
    const answer = await desk.fetch(path, { method, data, headers, maxRetries: 3 })
    assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`)
    return answer.json()
  }
  async function deskOf(account) {
    if (desks.has(account)) return desks.get(account)
    const desk = await request.newContext({ baseURL: world.server.url })
    desks.set(account, desk)
    await send(desk, 'POST', '/api/session', { account, password: PASSWORD })
    return desk
  }
  return {
    ask: async (account, method, path, data) => send(await deskOf(account), method, path, data),
    close: () => Promise.all([...desks.values()].map((desk) => desk.dispose())),
  }
}

/** What counties mend before they can send their zone, by its number in the demo. */
const MENDS = {
  4: (d) => (d.exceptions = { V1: '社区合并后只余五个行政村，片区相连，人口与十个村相当' }),
  5: (d) => {
    d.organisation.task_force = true
    for (const [source, project] of [['transitional', 0], ['integrated', 3]])
      for (const line of [d.funds[source][0], d.plan.projects[project].funds.find((f) => f.source === source)]) line.amount = String(Number(line.amount) + 200)
    const lines = [...d.funds.transitional, ...d.plan.projects.flatMap((p) => p.funds)]
    for (const line of lines) if (line.level === 'county' && line.source !== 'integrated') line.level = 'central'
  },
  9: (d, villages) => {
    const [first] = villages
    d.villages = villages.map((v) => ({ code: v.code, name: v.name, type: 'cluster', plan: true }))
    for (const p of d.plan.projects) if (p.gap) p.gap.village = first.code
  },
}
const OTHER_TOWN = '370724105'

async function mend(office, zone) {
  if (!MENDS[zone.id]) return
  const own = `${zone.county}-rural-handler`
  const { dossier, version } = await office.ask(own, 'GET', `/api/zones/${zone.id}/dossier`)
  const { rows } = await office.ask(own, 'GET', `/api/regions?parent=${OTHER_TOWN}&level=village`)
  MENDS[zone.id](dossier, rows.slice(0, 10))
  await office.ask(own, 'PUT', `/api/zones/${zone.id}/dossier`, { version, dossier })
}

/** Hands in one paper for every kind that the zone has none of. */
async function handIn(office, zone) {
  const own = `${zone.county}-rural-handler`
  const { rows } = await office.ask(own, 'GET', `/api/zones/${zone.id}/evidence`)
  const lacking = rows.filter((r) => r.needed && !r.complete)
  if (!lacking.length) return
  const paper = Buffer.from('样例附件，非正式文件。\n')
  const { id } = await office.ask(own, 'POST', '/api/uploads', { name: '样例.txt', size: paper.length, noun: 'zone', noun_id: zone.id })
  await office.ask(own, 'PUT', `/api/uploads/${id}?offset=0`, paper)
  const file = await office.ask(own, 'POST', `/api/uploads/${id}/finish`)
  const list = lacking.map((r, i) => ({ item: r.item, day: '2022-11-20', document: `样例〔2022〕${i + 1}号`, attachment_id: file.id, version: r.version }))
  await office.ask(own, 'PUT', `/api/zones/${zone.id}/evidence`, list)
}

/** Brings a zone from the step where it stands to its city's choice. */
export async function sendUp(office, zone) {
  const way = [
    ['fill', `${zone.county}-rural-handler`],
    ['confirm', `${zone.county}-rural-signer`],
    ['confirm', `${zone.county}-finance-signer`],
    ['submit', `${zone.county}-government-signer`],
    ['city', `${zone.county.slice(0, 4)}-rural-checker`],
  ]
  let { flow } = await office.ask(way[0][1], 'GET', `/api/zones/${zone.id}`)
  if (flow.step === 'fill') {
    await mend(office, zone)
    await handIn(office, zone)
    flow = (await office.ask(way[0][1], 'GET', `/api/zones/${zone.id}`)).flow
  }
  for (const [step, account] of way)
    if (flow.step === step) flow = (await office.ask(account, 'POST', `/api/zones/${zone.id}/acts`, { act: 'forward', round: flow.round })).flow
}

/** A city agrees with the check of all its candidates, recommends them and reports. */
export async function reportCity(office, batch, city) {
  const desk = `${city}-rural-checker`
  let own = await office.ask(desk, 'POST', `/api/batches/${batch}/recommendations`, { city })
  const at = `/api/recommendations/${own.id}`
  const candidates = (await office.ask(desk, 'GET', `${at}/candidates`)).rows.filter((c) => c.ready)
  for (const c of candidates) {
    const findings = c.check.results.map((r) => ({ rule: r.rule, verdict: 'agree', finding: null, version: 0 }))
    await office.ask(desk, 'PUT', `/api/zones/${c.zone_id}/findings`, findings)
  }
  const zones = candidates.map((c) => ({ zone_id: c.zone_id, chosen: true, passed_over_reason: null }))
  own = await office.ask(desk, 'PUT', at, { version: own.version, letter_number: `样例乡振函〔2022〕${city}号`, letter_day: '2022-12-09', zones })
  for (const account of [desk, `${city}-rural-signer`, `${city}-finance-signer`, `${city}-rural-signer`])
    own = await office.ask(account, 'POST', `${at}/acts`, { act: 'forward', round: own.flow.round })
}

/** Scores and submits whatever an expert has open of one part. */
export async function scoreRest(office, account, part, reason) {
  const { rows } = await office.ask(account, 'GET', '/api/review/sheets')
  for (const row of rows.filter((r) => r.part === part && r.state === 'open')) {
    const at = `/api/review/sheets/${row.id}`
    const sheet = await office.ask(account, 'GET', at)
    const share = 0.6 + ((row.id * 13) % 25) / 100
    const scores = sheet.items.map((i) => ({ item: i.key, points: Math.floor((i.max * share) / sheet.step) * sheet.step, reason }))
    const { version } = await office.ask(account, 'PUT', at, { version: sheet.version, scores })
    await office.ask(account, 'POST', `${at}/submit`, { version })
  }
}
