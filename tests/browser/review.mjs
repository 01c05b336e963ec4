// The province's selection of what the cities recommended, from the form check to an answered
// objection, and the day of an expert in it. It takes up the zones that the suite city has reported.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { forward, reads } from './hands.mjs'
import { command } from './server.mjs'
import { test, until } from './tally.mjs'
import { DESK, PHONE, assertSound, enter, newBrowser, newPage, settled, shoot } from './world.mjs'

const PROVINCE = '37-rural-handler'
const SIGNERS = ['37-rural-signer', '37-finance-signer']
const WHY = '样例理由：三个产业项目都写明了联结方式和户数，收入测算有依据。'
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const DAY_MS = 86_400_000
const china = (days) => new Date(Date.now() + 8 * 3_600_000 + days * DAY_MS).toISOString()
const dayIn = (days) => china(days).slice(0, 10)
const minuteIn = (days) => china(days).slice(0, 16)

/** Steps that stand on each other: the first that fails ends the way. */
async function walk(steps, current) {
  for (const [sentence, act] of steps)
    if (!(await test(sentence, act))) return current() && shoot(current(), 'failed')
}

/** A request of whoever is signed in on the page. */
async function ask(page, method, path, data) {
  const origin = new URL(page.url()).origin
  const headers = { Origin: origin, 'Idempotency-Key': crypto.randomUUID() }
  const answer = await page.request.fetch(path, { method, data, headers })
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}

async function asked(world, account, method, path, data) {
  const page = await enter(world, account)
  const answer = await ask(page, method, path, data)
  await page.context().close()
  return answer
}

const tab = (page, name) => page.getByRole('navigation', { name: '竞争立项各部分' }).getByRole('link', { name: new RegExp(name) })

async function part(page, name) {
  await tab(page, name).click()
  await until(async () => (await tab(page, name).getAttribute('aria-current')) === 'page', () => page.url())
  await settled(page)
}

const at = async (page, step) => reads(page.locator('[aria-current=step]'), step)

async function onward(page, act, step) {
  await forward(page, act)
  await at(page, step)
}

/** Both organs commit to a number and reveal it; the panel is what comes of it. */
async function draw(world, page, batch) {
  const made = await ask(page, 'POST', `/api/batches/${batch}/draws`)
  const values = SIGNERS.map(() => randomBytes(32).toString('hex'))
  for (const [i, account] of SIGNERS.entries())
    await asked(world, account, 'POST', `/api/draws/${made.id}/commit`, { commitment: createHash('sha256').update(values[i]).digest('hex') })
  for (const [i, account] of SIGNERS.entries()) await asked(world, account, 'POST', `/api/draws/${made.id}/reveal`, { value: values[i] })
  const panel = await ask(page, 'GET', `/api/batches/${batch}/panel`)
  return panel.members.filter((m) => m.role === 'panel').map((m) => `expert-${m.number.slice(1)}`)
}

/** Scores whatever an expert still has open of one part, by the routes that his pages use. */
async function scoreAll(world, account, kind) {
  const page = await enter(world, account)
  const { rows } = await ask(page, 'GET', '/api/review/sheets')
  for (const row of rows.filter((r) => r.part === kind && r.state === 'open')) {
    const sheet = await ask(page, 'GET', `/api/review/sheets/${row.id}`)
    const share = 0.6 + ((row.id * 13) % 25) / 100
    const scores = sheet.items.map((i) => ({ item: i.key, points: Math.floor((i.max * share) / sheet.step) * sheet.step, reason: WHY }))
    const saved = await ask(page, 'PUT', `/api/review/sheets/${row.id}`, { version: sheet.version, scores })
    await ask(page, 'POST', `/api/review/sheets/${row.id}/submit`, { version: saved.version })
  }
  await page.context().close()
}

/** Every expert who has a sheet of this part, substitutes among them. */
const expertsOf = async (page, batch, kind) =>
  (await ask(page, 'GET', `/api/batches/${batch}/review/${kind}`)).experts.map((e) => `expert-${e.number.slice(1)}`)

async function openRound(page) {
  await page.getByRole('button', { name: '开始评审' }).click()
  const dialog = page.getByRole('dialog', { name: '开始评审' })
  await dialog.getByLabel('截止时间').fill(minuteIn(2))
  await dialog.getByRole('button', { name: '开始评审' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await reads(page.getByRole('main'), '评审中')
  await settled(page)
}

async function seal(page) {
  await page.reload()
  await settled(page)
  await page.getByRole('button', { name: '封存', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: '封存' })
  await dialog.getByRole('button', { name: '封存' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await reads(page.getByRole('main'), '已封存', '各份分布')
  await settled(page)
}

export async function run(world) {
  let page
  let batch
  let experts
  let zones
  const sound = async (name) => {
    await assertSound(page, name)
    await shoot(page, name)
  }
  const begin = [
    ['the province begins the selection of what the cities reported', async () => {
      page = await enter(world, PROVINCE)
      await page.getByRole('link', { name: '竞争立项', exact: true }).click()
      await page.getByRole('button', { name: '开始竞争立项' }).click()
      await at(page, '形式审查')
      await settled(page)
      const answer = await ask(page, 'GET', '/api/batches')
      batch = answer.rows[answer.rows.length - 1].id
      zones = (await ask(page, 'GET', `/api/batches/${batch}/selection`)).zones
      await part(page, '总览')
      await sound('selection-overview')
    }],
    ['the form check wants a note behind a no, and an exception a decision with its reason', async () => {
      await part(page, '形式审查')
      for (const zone of zones) {
        await page.getByRole('button', { name: new RegExp(zone.name) }).click()
        await page.getByRole('heading', { level: 2, name: zone.name }).waitFor()
        await page.getByRole('main').getByRole('group').first().getByLabel('否', { exact: true }).check()
        await reads(page.getByRole('main'), '1 项答“否”还没写说明')
        await page.getByRole('main').getByRole('group').first().getByLabel('是', { exact: true }).check()
        await page.getByRole('button', { name: '未填的都填“是”' }).click()
        await page.getByRole('button', { name: '保存', exact: true }).click()
        await reads(page.getByRole('button', { name: new RegExp(zone.name) }), '通过')
        await settled(page)
        const reason = page.getByLabel(/认定理由/)
        while (await reason.count()) {
          const left = await reason.count()
          await reason.first().fill('样例理由：丘陵地带，村庄地域相连。')
          await page.getByRole('button', { name: '同意例外' }).first().click()
          await until(async () => (await reason.count()) < left, () => 'the exception is still open')
          await settled(page)
        }
      }
      await sound('selection-form')
      await onward(page, '送抽取专家', '抽取专家')
    }],
    ['a draw of both organs gives the panel, and the paper review is opened', async () => {
      experts = await draw(world, page, batch)
      await page.reload()
      await settled(page)
      await onward(page, '送材料评审', '材料评审')
      await part(page, '材料评审')
      await openRound(page)
      await sound('selection-round')
    }],
  ]
  const expert = [
    ['an expert sees his files and nothing that names a zone', async () => {
      page = await enter(world, experts[0])
      await page.getByRole('link', { name: /^评审件/ }).first().waitFor()
      await sound('sheets')
      await page.getByRole('link', { name: /^评审件/ }).first().click()
      await page.getByRole('region', { name: '评分表' }).waitFor()
      await settled(page)
      const text = await page.locator('body').innerText()
      for (const zone of zones) for (const word of [zone.name, zone.county_name, zone.county]) assert.ok(!text.includes(word), `the page says ${word}`)
      await sound('sheet')
    }],
    ['an extreme score asks for its reason, and what lacks stands on the button', async () => {
      await page.getByRole('tab', { name: '项目与资金' }).click()
      const fields = page.getByRole('region', { name: '评分项' }).getByPlaceholder('未评')
      const all = await fields.count()
      await fields.first().fill('99')
      await fields.first().press('Tab')
      await reads(page.getByRole('region', { name: '评分项' }), '不能超过')
      await fields.first().fill('25')
      await fields.first().press('Tab')
      await reads(page.getByRole('region', { name: '评分项' }), '需写理由')
      await page.getByRole('button', { name: `提交（还差 ${all} 项）` }).waitFor()
      await page.getByLabel(/^理由/).fill(WHY)
      for (let i = 1; i < all; i += 1) await fields.nth(i).fill('12')
      await page.getByRole('heading', { level: 1 }).click()
      await reads(page.getByRole('region', { name: '评分表' }), '已自动保存')
      await sound('sheet-scored')
    }],
    ['what he submits is final', async () => {
      await page.getByRole('button', { name: '提交', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: '提交' })
      await dialog.getByRole('button', { name: '提交' }).click()
      await dialog.waitFor({ state: 'hidden' })
      await reads(page.getByRole('region', { name: '评分表' }), '待封存')
      await sound('sheet-submitted')
      await page.context().close()
    }],
    ['another recuses himself on the phone, and a substitute steps in', async () => {
      page = await enter(world, experts[1], PHONE)
      await page.getByRole('link', { name: /^评审件/ }).first().click()
      await page.getByRole('button', { name: '评分表' }).click()
      await page.getByRole('region', { name: '评分表' }).waitFor()
      await sound('sheet')
      await page.getByRole('button', { name: '申请回避' }).click()
      const dialog = page.getByRole('dialog', { name: '申请回避' })
      await dialog.getByLabel('回避理由').fill('样例理由：曾为该县编制规划。')
      await dialog.getByRole('button', { name: '申请回避' }).click()
      await reads(page.getByRole('main'), '已回避')
      await sound('sheets')
      await page.context().close()
    }],
  ]
  const results = [
    ['before the seal the province sees who is out, never a score; afterwards every sum', async () => {
      page = await enter(world, PROVINCE, DESK, `/selection/${batch}/paper`)
      await settled(page)
      await reads(page.getByRole('main'), '封存前只显示进度', '回避')
      assert.ok(!/得分/.test(await page.getByRole('main').innerText()), 'a score is told')
      await sound('selection-progress')
      for (const account of await expertsOf(page, batch, 'paper')) await scoreAll(world, account, 'paper')
      await seal(page)
      await page.getByRole('button', { name: '算式' }).first().click()
      await reads(page.getByRole('main'), '÷')
      await sound('selection-result')
      await onward(page, '送视频答辩', '视频答辩')
    }],
    ['the defences come in the drawn order and their time is kept', async () => {
      await part(page, '视频答辩')
      await page.getByRole('button', { name: '新增场次' }).click()
      const dialog = page.getByRole('dialog', { name: '新增场次' })
      await dialog.getByLabel('开始时间').fill(minuteIn(1))
      await dialog.getByLabel('地点或会议号').fill('样例会议室')
      await dialog.getByRole('button', { name: '新增场次' }).click()
      await dialog.waitFor({ state: 'hidden' })
      await page.getByRole('button', { name: `按抽取排序（${zones.length} 个）` }).click()
      for (let n = 0; n < zones.length; n += 1) {
        await page.getByRole('button', { name: '开始计时' }).first().click()
        await page.getByRole('timer').waitFor()
        await page.getByRole('button', { name: '结束计时' }).click()
        await until(async () => (await page.getByText('上传录像').count()) === n + 1, () => 'the time is not kept')
        await settled(page)
      }
      await openRound(page)
      await sound('selection-defence')
      for (const account of await expertsOf(page, batch, 'defence')) await scoreAll(world, account, 'defence')
      await seal(page)
      await onward(page, '送现场核查', '现场核查')
      await page.context().close()
    }],
    ['a visit on the phone: photos with their place, one of them taken without a signal', async () => {
      const context = await newBrowser(world, PHONE, { geolocation: { latitude: 36.6512345, longitude: 117.1201234, accuracy: 12 } })
      await context.grantPermissions(['geolocation'])
      const signed = await enter(world, PROVINCE)
      await context.addCookies(await signed.context().cookies())
      await signed.context().close()
      page = await newPage(context)
      await page.goto(`/visits/${zones[0].id}`)
      await page.getByLabel('核查日期').fill(dayIn(0))
      await page.getByLabel('核查组成员').fill('样例甲、样例乙')
      await page.getByRole('heading', { level: 1 }).click()
      const cameras = page.locator('input[type=file]')
      await cameras.first().waitFor({ state: 'attached' })
      await cameras.first().setInputFiles({ name: '样例照片一.png', mimeType: 'image/png', buffer: PICTURE })
      await page.getByRole('button', { name: '样例照片一.png' }).waitFor()
      await reads(page.getByRole('main'), '误差 12 米')
      await sound('visit')
      page.allowed.push(/./)
      await context.setOffline(true)
      await cameras.nth(1).setInputFiles({ name: '样例照片二.png', mimeType: 'image/png', buffer: Buffer.concat([PICTURE, Buffer.from('2')]) })
      await reads(page.getByRole('banner'), '1 未上传')
      await shoot(page, 'visit-offline')
      await context.setOffline(false)
      await page.getByRole('button', { name: '样例照片二.png' }).waitFor()
      await until(async () => !/未上传/.test(await page.getByRole('banner').innerText()), () => page.getByRole('banner').innerText())
      page.allowed = []
      for (const field of await page.getByPlaceholder('未评').all()) await field.fill('30')
      await page.getByRole('heading', { level: 1 }).click()
      for (const note of await page.getByLabel('发现的情况').all()) await note.fill('样例：与材料相符。')
      await page.getByRole('heading', { level: 1 }).click()
      await reads(page.getByRole('main'), '已自动保存')
      await page.getByRole('button', { name: '核查完成' }).click()
      const dialog = page.getByRole('dialog', { name: '核查完成' })
      await dialog.getByRole('button', { name: '核查完成' }).click()
      await dialog.waitFor({ state: 'hidden' })
      await reads(page.getByRole('main'), '已核查')
      await sound('visit-done')
      for (const zone of zones.slice(1)) {
        const visit = await ask(page, 'GET', `/api/zones/${zone.id}/visit`)
        const findings = visit.items.map((i) => ({ item: i.key, points: i.max * 0.7, note: '样例：与材料相符。' }))
        await ask(page, 'PUT', `/api/zones/${zone.id}/visit`, { day: dayIn(0), team: '样例甲', state: 'done', version: visit.version, findings })
      }
      await page.context().close()
    }],
    ['the ranking shows its arithmetic', async () => {
      page = await enter(world, PROVINCE, DESK, `/selection/${batch}/site`)
      await settled(page)
      await onward(page, '送综合排序', '综合排序')
      await part(page, '综合排序')
      await page.getByRole('button', { name: '计算排名' }).click()
      await page.getByRole('button', { name: '算式' }).first().click()
      await reads(page.getByRole('main'), '× 60', '÷ 100')
      await sound('ranking')
      await onward(page, '送确定名单', '确定名单')
    }],
    ['a proposal within places and budget is signed by both organs and fixes the money', async () => {
      await part(page, '确定名单')
      await page.getByRole('button', { name: '提出方案' }).click()
      await page.getByRole('button', { name: '保存方案' }).click()
      await reads(page.getByRole('main'), '第 1 号方案', '待会签')
      await sound('proposal')
      await page.context().close()
      for (const account of SIGNERS) {
        page = await enter(world, account, DESK, `/selection/${batch}/determine`)
        await settled(page)
        await page.getByRole('main').getByRole('button', { name: '会签' }).click()
        const dialog = page.getByRole('dialog', { name: '会签' })
        await reads(dialog, '校验值', '入选')
        await shoot(page, `sign-${account}`)
        await dialog.getByRole('button', { name: '会签' }).click()
        await dialog.waitFor({ state: 'hidden' })
        await settled(page)
        if (account !== SIGNERS[SIGNERS.length - 1]) await page.context().close()
      }
      await reads(page.getByRole('main'), '已会签', '资金安排（草案）')
      await sound('determined')
      await page.context().close()
    }],
  ]
  const publication = [
    ['the list is published for its days', async () => {
      page = await enter(world, PROVINCE, DESK, `/selection/${batch}/publish`)
      await page.getByRole('button', { name: '发布公示' }).click()
      const dialog = page.getByRole('dialog', { name: '发布公示' })
      await dialog.getByLabel('开始日期').fill(dayIn(0))
      await dialog.getByLabel('结束日期').fill(dayIn(14))
      await dialog.getByRole('button', { name: '发布公示' }).click()
      await dialog.waitFor({ state: 'hidden' })
      await reads(page.getByRole('main'), '拟确定名单', '公示中')
      await sound('publication')
    }],
    ['somebody without an account objects and gets a receipt', async () => {
      const link = await page.getByRole('link', { name: '公开页面' }).getAttribute('href')
      await page.context().close()
      page = await newPage(await newBrowser(world, PHONE))
      await page.goto(link)
      await sound('public-list')
      await page.getByRole('link', { name: /提交意见/ }).first().click()
      await page.locator('#text').fill('样例意见：名单里一个村的类型与实际不符，请核实。')
      await sound('public-objection')
      await page.getByRole('button', { name: '提交意见' }).click()
      await reads(page.locator('main'), '意见已收到')
      await sound('public-receipt')
      await page.context().close()
    }],
    ['the province answers it, upheld, and is told what that does not change', async () => {
      page = await enter(world, PROVINCE, DESK, `/selection/${batch}/publish`)
      await page.getByRole('button', { name: '答复' }).click()
      const dialog = page.getByRole('dialog', { name: '答复' })
      await dialog.getByLabel('成立', { exact: true }).check()
      await reads(dialog, '异议成立本身不改变名单')
      await dialog.getByLabel(/^答复内容/).fill('样例答复：经核实，情况属实。')
      await dialog.getByRole('button', { name: '答复' }).click()
      await dialog.waitFor({ state: 'hidden' })
      await reads(page.getByRole('main'), '样例答复')
      await sound('objection')
    }],
    ['a zone is disqualified by clause and reason', async () => {
      await part(page, '总览')
      await page.getByRole('button', { name: '取消资格' }).first().click()
      const dialog = page.getByRole('dialog', { name: '取消资格' })
      await dialog.getByLabel('条款').selectOption({ index: 1 })
      await dialog.getByLabel(/^理由/).fill('样例理由：异议成立，村庄类型不符。')
      await dialog.getByRole('button', { name: '取消资格' }).click()
      await dialog.waitFor({ state: 'hidden' })
      await reads(page.getByRole('main'), '异议成立，村庄类型不符')
      await sound('disqualified')
      await page.context().close()
    }],
    ['recomputed from the record, all of it is what was published', () => console.log(command(world.server, 'selection', 'replay', String(batch)).trim())],
  ]
  await walk([...begin, ...expert, ...results, ...publication], () => page)
}
