// The example dossiers have one answer: on the command line, over HTTP and on the page.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { panel, unfold } from './hands.mjs'
import { skip, test } from './tally.mjs'
import { assertClean, enter, settled } from './world.mjs'

const EXAMPLES = '../shared/examples'
const GROUPS = { not_met: ['不符合', '原则例外', '提示'], undetermined: ['待补', '提示'], met: ['符合'], not_applicable: ['不适用'] }
let keys = 0

const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const statuses = (check) => Object.fromEntries(check.results.map((r) => [r.rule, r.status]))

/** The answer of the command, which exits 1 where the dossier may not go up. */
function onCommandLine(batch, dossier) {
  const words = ['check', '--pack', 'packs/lu-2022-26', '--batch', batch, dossier]
  try {
    return JSON.parse(execFileSync('build/tuijin', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch (e) {
    assert.equal(e.status, 1, `exit ${e.status}`)
    return JSON.parse(e.stdout)
  }
}

async function send(page, method, path, data) {
  keys += 1
  const key = `00000000-0000-4000-8000-${String(keys).padStart(12, '0')}`
  const answer = await page.request.fetch(path, { method, data, headers: { 'Idempotency-Key': key } })
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}

/** A new zone of the dossier's county that holds this dossier. */
async function zoneWith(page, dossier) {
  const [batch] = (await send(page, 'GET', '/api/batches')).rows
  const zone = await send(page, 'POST', '/api/zones', { name: dossier.zone, county: dossier.county, batch_id: batch.id })
  const { version } = await send(page, 'GET', `/api/zones/${zone.id}/dossier`)
  await send(page, 'PUT', `/api/zones/${zone.id}/dossier`, { version, dossier })
  return zone
}

/** Rule by rule, the name of the group in which the check panel shows it. */
async function onPage(page) {
  await unfold(page)
  return Object.fromEntries(
    (await panel(page).locator('section').evaluateAll((all) =>
      all.flatMap((s) => [...s.querySelectorAll('li')].map((li) => [li.querySelector('b').innerText.trim(), s.querySelector('h3').innerText.trim().split(/\s+/)[0]])),
    )),
  )
}

async function oneAnswer(world, name) {
  const path = `${EXAMPLES}/${name}.json`
  const dossier = read(path)
  const expected = read(`${EXAMPLES}/${name}.expected.json`)
  const batch = read(`${EXAMPLES}/batch.json`)
  const page = await enter(world, `${dossier.county}-rural-handler`)
  await test(`${name}: the command and HTTP give the expected answer`, async () => {
    const command = onCommandLine(`${EXAMPLES}/batch.json`, path)
    const http = await send(page, 'POST', '/api/check', { dossier, batch })
    assert.deepEqual(statuses(command), expected.status)
    assert.deepEqual(command.blocking, expected.blocking)
    assert.deepEqual(http, command)
  })
  await test(`${name}: the page shows what the command answers with the tables of its batch`, async () => {
    const { id, batch_id } = await zoneWith(page, dossier)
    const tables = join(world.server.data, 'batch.json')
    writeFileSync(tables, JSON.stringify(await send(page, 'GET', `/api/batches/${batch_id}/document`)))
    const check = onCommandLine(tables, path)
    await page.goto(`/zones/${id}`)
    await settled(page)
    const shown = await onPage(page)
    for (const [rule, status] of Object.entries(statuses(check)))
      assert.ok(GROUPS[status].includes(shown[rule]), `${rule} is ${status} and stands under ${shown[rule]}`)
    const blocks = check.blocking.length ? new RegExp(`${check.blocking.length} 项阻断`) : /可以报送|规则已符合，还缺 \d+ 份材料|没有阻断项/
    assert.match(await panel(page).innerText(), blocks)
    assertClean(page, name)
  })
  await page.context().close()
}

export async function run(world) {
  const names = ['zone-1', 'zone-2', 'zone-3']
  if (!existsSync(EXAMPLES)) return names.forEach((name) => skip(`${name} has one answer`, `no ${EXAMPLES}`))
  for (const name of names) await oneAnswer(world, name)
}
