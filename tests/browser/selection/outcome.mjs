// From the defences to an answered objection and the replay of it all.
import assert from 'node:assert/strict'
import { reads } from '../hands.mjs'
import { scoreRest } from '../office.mjs'
import { command } from '../server.mjs'
import { until } from '../tally.mjs'
import { DESK, PHONE, settled, shoot } from '../world.mjs'
import { PROVINCE, SIGNERS, WHY, dayIn, disqualify, minuteIn, onward, openRound, part, scorers, seal, through } from './desk.mjs'

const FALLEN = '样例七：碣石山冬枣推进区'
const PLACES = 5
const FOUND = '样例：入口新建牌坊和景观雕塑，与产业和村庄无关。'
const UPHELD = '样例理由：异议成立，村庄类型不符。'
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export const defence = [
  ['the defences come in the drawn order and their time is kept', async (j) => {
    const { page } = j
    await part(page, '视频答辩')
    await through(page, '新增场次', async (dialog) => {
      await dialog.getByLabel('开始时间').fill(minuteIn(1))
      await dialog.getByLabel('地点或会议号').fill('样例会议室')
    })
    await page.getByRole('button', { name: `按抽取排序（${j.zones.length} 个）` }).click()
    for (let n = 0; n < j.zones.length; n += 1) {
      await page.getByRole('button', { name: '开始计时' }).first().click()
      await page.getByRole('timer').waitFor()
      if (n === 1) await j.sound('selection-defence-timer')
      await page.getByRole('button', { name: '结束计时' }).click()
      await until(async () => (await page.getByText('上传录像').count()) === n + 1, () => 'the time is not kept')
      await settled(page)
    }
    await openRound(page)
    await j.sound('selection-defence')
    for (const account of await scorers(j, 'defence')) await scoreRest(j.office, account, 'defence', WHY)
    await seal(page)
    await j.sound('selection-defence-result')
    await onward(page, '送现场核查', '现场核查')
  }],
]

export const site = [
  ['a visit on the phone: photos with their place, one of them taken without a signal', async (j) => {
    const zone = j.zones.find((z) => z.name === FALLEN)
    const place = { latitude: 37.8312345, longitude: 117.7101234, accuracy: 12 }
    const page = await j.enter(PROVINCE, `/visits/${zone.id}`, PHONE, { geolocation: place })
    const context = page.context()
    await context.grantPermissions(['geolocation'])
    await page.getByLabel('核查日期').fill(dayIn(0))
    await page.getByLabel('核查组成员').fill('样例甲、样例乙')
    await page.getByRole('heading', { level: 1 }).click()
    const cameras = page.locator('input[type=file]')
    await cameras.first().waitFor({ state: 'attached' })
    await cameras.first().setInputFiles({ name: '样例照片一.png', mimeType: 'image/png', buffer: PICTURE })
    await page.getByRole('button', { name: '样例照片一.png' }).waitFor()
    await reads(page.getByRole('main'), '误差 12 米')
    await j.sound('visit')
    page.allowed.push(/./)
    await context.setOffline(true)
    await cameras.nth(1).setInputFiles({ name: '样例照片二.png', mimeType: 'image/png', buffer: Buffer.concat([PICTURE, Buffer.from('2')]) })
    await reads(page.getByRole('banner'), '1 未上传')
    await shoot(page, 'visit-offline')
    await context.setOffline(false)
    await page.getByRole('button', { name: '样例照片二.png' }).waitFor()
    await until(async () => !/未上传/.test(await page.getByRole('banner').innerText()), () => page.getByRole('banner').innerText())
    page.allowed = []
  }],
  ['it finds an image project, and is done', async (j) => {
    const { page } = j
    const points = page.getByPlaceholder('未评')
    await points.first().fill('40')
    await points.nth(1).fill('5')
    await page.getByLabel('发现的情况').first().fill('样例：与材料相符。')
    await page.getByLabel('发现的情况').nth(1).fill(FOUND)
    await page.getByRole('heading', { level: 1 }).click()
    await reads(page.getByRole('main'), '已自动保存')
    await through(page, '核查完成')
    await reads(page.getByRole('main'), '已核查')
    await j.sound('visit-done')
  }],
  ['the desk sees all visits, and takes the zone out by the clause', async (j) => {
    for (const zone of j.zones.filter((z) => z.name !== FALLEN)) {
      const visit = await j.office.ask(PROVINCE, 'GET', `/api/zones/${zone.id}/visit`)
      const findings = visit.items.map((i) => ({ item: i.key, points: i.max * 0.7 + zone.id * 50, note: '样例：与材料相符。' }))
      await j.office.ask(PROVINCE, 'PUT', `/api/zones/${zone.id}/visit`, { day: dayIn(0), team: '样例甲', state: 'done', version: visit.version, findings })
    }
    const page = await j.enter(PROVINCE, `/selection/${j.batch}/site`)
    await reads(page.getByRole('main'), '8 / 8')
    await j.sound('selection-site')
    await disqualify(page, FALLEN, '一.2.a', '一、2（1）', FOUND)
    await j.sound('selection-fallen')
    await onward(page, '送综合排序', '综合排序')
  }],
]

export const determination = [
  ['the ranking shows its arithmetic, and leaves out who was disqualified', async (j) => {
    const { page } = j
    await part(page, '综合排序')
    await page.getByRole('button', { name: '计算综合排序' }).click()
    await page.getByRole('button', { name: '算式' }).first().click()
    await reads(page.getByRole('main'), '× 60', '÷ 100')
    assert.equal((await j.office.ask(PROVINCE, 'GET', `/api/batches/${j.batch}/ranking`)).total, j.zones.length - 1)
    await j.sound('ranking')
    await onward(page, '送确定名单', '确定名单')
  }],
  ['a proposal within places and budget is signed by both organs and fixes the money', async (j) => {
    let { page } = j
    await part(page, '确定名单')
    await page.getByRole('button', { name: '修改名额和资金总额' }).click()
    const limits = page.getByRole('dialog', { name: '修改名额和资金总额' })
    await limits.getByLabel('名额').fill(String(PLACES))
    await limits.getByRole('button', { name: '保存' }).click()
    await limits.waitFor({ state: 'hidden' })
    await settled(page)
    await page.getByRole('button', { name: '提出方案' }).click()
    await reads(page.getByRole('main'), '不再补：1 个', `${PLACES - 1} / ${PLACES}`)
    await j.sound('proposal-form')
    await page.getByRole('button', { name: '保存方案' }).click()
    await reads(page.getByRole('main'), '第 1 号方案', '待会签')
    await j.sound('proposal')
    for (const account of SIGNERS) {
      page = await j.enter(account, `/selection/${j.batch}/determine`)
      await settled(page)
      await through(page, '会签', async (dialog) => {
        await reads(dialog, '校验值', '入选', '未入选')
        await shoot(page, `sign-${account}`)
      })
    }
    await reads(page.getByRole('main'), '已会签', '资金安排（草案）')
    await j.sound('determined')
    const { zones } = await j.office.ask(PROVINCE, 'GET', `/api/batches/${j.batch}/selection`)
    j.chosen = zones.filter((z) => z.outcome === 'selected')
    assert.equal(j.chosen.length, PLACES - 1)
  }],
]

/** The list of the desk's newest publication, as its link leads the public there. */
const publicPage = (page) => page.getByRole('link', { name: '公开页面' }).first().getAttribute('href')

async function publish(page, kind) {
  await through(page, '发布公示', async (dialog) => {
    await dialog.getByLabel('种类').selectOption(kind)
    await dialog.getByLabel('开始日期').fill(dayIn(0))
    await dialog.getByLabel('结束日期').fill(dayIn(14))
  })
}

export const publication = [
  ['the list is published for its days', async (j) => {
    const page = await j.enter(PROVINCE, `/selection/${j.batch}/publish`)
    await publish(page, 'list')
    await reads(page.getByRole('main'), '拟确定名单', '公示中')
    await j.sound('publication')
    j.list = await publicPage(page)
  }],
  ['somebody without an account objects to one zone and gets a receipt', async (j) => {
    const [{ name }] = j.chosen
    const page = await j.enter(null, j.list, DESK)
    await j.sound('public-list')
    await page.setViewportSize(PHONE)
    await j.sound('public-list')
    await page.getByRole('link', { name: /提交意见/ }).first().click()
    await page.getByLabel(/针对哪个推进区/).selectOption({ label: name })
    await page.getByLabel(/^事由/).fill('样例意见：名单里一个村的类型与实际不符，请核实。')
    await j.sound('public-objection')
    await page.getByRole('button', { name: '提交意见' }).click()
    await reads(page.locator('main'), '意见已收到')
    await j.sound('public-receipt')
  }],
  ['the province answers it, upheld, and is told what that does not change', async (j) => {
    const page = await j.enter(PROVINCE, `/selection/${j.batch}/publish`)
    await through(page, '答复', async (dialog) => {
      await dialog.getByLabel('成立', { exact: true }).check()
      await reads(dialog, '异议成立本身不改变名单')
      await dialog.getByLabel(/^答复内容/).fill('样例答复：经核实，情况属实。')
    })
    await reads(page.getByRole('main'), '样例答复', j.chosen[0].name)
    await j.sound('objection')
  }],
  ['what was upheld takes the zone out, and a correction tells the public', async (j) => {
    const { page } = j
    await disqualify(page, j.chosen[0].name, '三.2', '三、2', UPHELD)
    await j.sound('disqualified')
    await part(page, '公示')
    await publish(page, 'correction')
    await reads(page.getByRole('main'), '更正')
    const correction = await publicPage(page)
    assert.notEqual(correction, j.list)
    const guest = await j.enter(null, correction, PHONE)
    await reads(guest.locator('main'), j.chosen[0].name, '取消资格', UPHELD.slice(0, -1))
    await j.sound('public-correction')
  }],
  ['recomputed from the record, all of it is what was published', (j) => console.log(command(j.world.server, 'selection', 'replay', String(j.batch)).trim())],
]
