// Two cities recommend: one compares three candidates, chooses the second and says why it passes the
// others over; one has a key county. The province watches on its board.
import { atStep, forward, reads } from '../hands.mjs'
import { reportCity, sendUp } from '../office.mjs'
import { DESK, PHONE, assertSound, settled, shoot } from '../world.mjs'

const RIVER = '样例十：新市西瓜推进区'
const CHOSEN = '样例十一：牛泉山楂推进区'
const THIRD = '样例十二：垛庄板栗推进区'
const NOT_SENT = '样例二：玫瑰镇沿黄推进区'
/** Counties whose zones follow over the routes: two of Liaocheng, one each of four more cities. */
const OTHERS = ['371522', '371581', '371321', '371623', '371082', '370724']
const REASON = '社会资本和村庄数占优，产业链条更完整。'

const rank = (page, zone, n) => page.getByRole('button', { name: new RegExp(`^${zone} 第 ${n} 名`) })
const choice = (page, zone, word) => page.getByRole('button', { name: `推荐 ${zone} ${word}`, exact: true })

/** Opens the recommendation of the city by the section of the header. */
async function desk(j, account) {
  const page = await j.enter(account)
  await page.getByRole('navigation', { name: '栏目' }).getByRole('link', { name: '推荐', exact: true }).click()
  await settled(page)
  return page
}

/** Agrees with what is left on the audit sheet of a zone, and comes back to the comparison. */
async function agree(page, zone) {
  await page.getByRole('link', { name: `审核表：${zone}` }).click()
  await page.getByRole('heading', { level: 1, name: `审核表：${zone}` }).waitFor()
  await settled(page)
  await page.getByRole('button', { name: /^其余 \d+ 条同意$/ }).click()
  await page.getByText('全部核对完').waitFor()
  await page.getByRole('link', { name: '候选比选' }).click()
  await page.getByRole('heading', { level: 1, name: /候选推进区比选$/ }).waitFor()
  await settled(page)
}

async function chosen(page, zone) {
  await choice(page, zone, '改为推荐').click()
  await choice(page, zone, '已选定推荐').waitFor()
  await settled(page)
}

const sign = async (j, account) => forward(await desk(j, account), '会签')

async function report(j, code, number) {
  const page = await desk(j, `${code}-rural-signer`)
  await page.getByLabel('文号').fill(number)
  await page.getByLabel('成文日期').fill('2022-12-09')
  await page.getByRole('button', { name: '保存文号和日期' }).click()
  await settled(page)
  await forward(page, '报省')
  await page.getByText(/已报省$/).first().waitFor()
  return page
}

export const cities = [
  ['a city begins its comparison: three candidates, and one that was not sent up without a rank', async (j) => {
    const page = await desk(j, '3701-rural-checker')
    await page.getByRole('button', { name: '开始比选' }).click()
    await page.getByRole('heading', { level: 1, name: '济南市候选推进区比选' }).waitFor()
    await settled(page)
    await atStep(page, '排序择优', '济南市乡村振兴局')
    await reads(page.getByRole('columnheader', { name: new RegExp(NOT_SENT) }), '平阴县')
    await reads(page.getByRole('main'), '限推荐 1 个', '未报送到市，不参加排序')
    await j.sound('city-compare')
  }],
  ['the audit sheet takes a finding with a disagreement, and the rest in one act', async (j) => {
    const { page } = j
    await page.getByRole('link', { name: `审核表：${THIRD}` }).click()
    await page.getByRole('heading', { level: 1, name: `审核表：${THIRD}` }).waitFor()
    await settled(page)
    const verdict = page.getByRole('radiogroup', { name: 'I3 的核对结果' })
    await verdict.getByRole('radio', { name: '不同意' }).and(page.locator(':disabled')).waitFor()
    await page.getByLabel('I3 的审核意见').fill('结合载体没有依据')
    await verdict.getByRole('radio', { name: '不同意' }).check()
    await reads(page.getByRole('row').filter({ hasText: 'I3' }), '济南市乡村振兴局')
    await settled(page)
    await j.sound('city-audit')
    await page.getByRole('button', { name: /^其余 \d+ 条同意$/ }).click()
    await page.getByText('全部核对完').waitFor()
    await page.getByRole('link', { name: '候选比选' }).click()
    await settled(page)
    for (const zone of [RIVER, CHOSEN]) await agree(page, zone)
  }],
  ['the rank moves by button and by arrow key', async ({ page }) => {
    await page.getByRole('button', { name: `${THIRD} 前移一名` }).click()
    await rank(page, THIRD, 2).waitFor()
    await settled(page)
    await rank(page, THIRD, 2).press('ArrowDown')
    await rank(page, THIRD, 3).waitFor()
    await settled(page)
    await rank(page, RIVER, 1).waitFor()
  }],
  ['who is passed over is named with what speaks for it, and the list goes on only with a reason', async (j) => {
    const { page } = j
    await chosen(page, CHOSEN)
    const box = page.getByRole('main').locator('section').filter({ hasText: `越过了${RIVER}` })
    await reads(box, '名次在前', 'Q4', 'Q6', '理由进入推荐函并留痕')
    await j.sound('city-passed-over')
    page.allowed.push(/409/)
    await page.getByRole('main').getByRole('button', { name: '送两局会签', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: '送两局会签' })
    await dialog.getByRole('button', { name: '送两局会签', exact: true }).click()
    await reads(dialog.getByRole('alert'), '请写明理由')
    await dialog.getByRole('button', { name: '取消' }).click()
    await dialog.waitFor({ state: 'hidden' })
    page.allowed.length = 0
    page.faults.length = 0
    for (const zone of [RIVER, THIRD]) {
      await page.getByLabel(`越过${zone}的理由`).fill(REASON)
      const save = page.getByRole('main').locator('section').filter({ hasText: `越过了${zone}` }).getByRole('button', { name: '保存理由' })
      await save.click()
      await save.and(page.locator(':disabled')).waitFor()
      await settled(page)
    }
    await forward(page, '送两局会签')
    await atStep(page, '两局会签', '待签')
  }],
  ['the same desk on a phone', async (j) => {
    const { page } = j
    await page.setViewportSize(PHONE)
    await j.sound('city-compare')
  }],
  ['both bureaus sign, and the report sends the chosen zone to the province', async (j) => {
    await sign(j, '3701-rural-signer')
    await sign(j, '3701-finance-signer')
    const page = await report(j, '3701', '样例济乡振函〔2022〕1号')
    const letter = await page.request.get(await page.getByRole('link', { name: '推荐函', exact: true }).getAttribute('href'))
    if (letter.status() !== 200) throw new Error(`the letter: ${letter.status()}`)
    await j.sound('city-reported')
  }],
  ['a city with a key county recommends its zone', async (j) => {
    const page = await desk(j, '3717-rural-checker')
    await page.getByRole('button', { name: '开始比选' }).click()
    await page.getByRole('heading', { level: 1, name: '菏泽市候选推进区比选' }).waitFor()
    await settled(page)
    await agree(page, '样例六：庄寨芦笋推进区')
    await chosen(page, '样例六：庄寨芦笋推进区')
    await forward(page, '送两局会签')
    await sign(j, '3717-rural-signer')
    await sign(j, '3717-finance-signer')
    await report(j, '3717', '样例菏乡振函〔2022〕1号')
  }],
  ['the board shows who has and has not, as a sketch and as a table, and every figure opens its list', async (j) => {
    const page = await desk(j, '37-rural-handler')
    await reads(page.getByRole('row').filter({ has: page.getByRole('link', { name: '济南市', exact: true }) }), '1 / 1')
    await reads(page.getByRole('row').filter({ has: page.getByRole('link', { name: '菏泽市', exact: true }) }), '重点县 1 个', '1 / 1')
    await j.sound('board')
    await page.getByRole('button', { name: '换成表格' }).click()
    await page.getByRole('button', { name: '换成示意图' }).waitFor()
    await assertSound(page, 'board-table')
    await page.getByRole('link', { name: '聊城市 市级审核 1', exact: true }).click()
    await page.getByRole('link', { name: /^样例一/ }).waitFor()
    await reads(page.getByRole('main'), '清除筛选')
    await page.goBack()
    await page.getByRole('link', { name: '济南市', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: '济南市候选推进区比选' }).waitFor()
    await settled(page)
    await reads(page.getByRole('main'), REASON)
    await page.goBack()
    await page.getByRole('button', { name: /换成/ }).waitFor()
    await page.setViewportSize(PHONE)
    await j.sound('board')
    await page.setViewportSize(DESK)
  }],
  ['five more cities report over their own desks, and the board counts them', async (j) => {
    const { page, office } = j
    const { rows } = await office.ask('37-rural-handler', 'GET', '/api/zones?size=100')
    const oldest = (county) => rows.filter((z) => z.county === county).reduce((a, b) => (a.id < b.id ? a : b))
    for (const county of OTHERS) await sendUp(office, oldest(county))
    for (const city of new Set(OTHERS.map((county) => county.slice(0, 4)))) await reportCity(office, rows[0].batch_id, city)
    await page.reload()
    await settled(page)
    await reads(page.getByRole('row').filter({ has: page.getByRole('link', { name: '聊城市', exact: true }) }), '重点县 2 个', '2 / 2')
    await j.sound('board-reported')
  }],
  ['a register with villages that nobody knows is refused row by row', async ({ page }) => {
    await page.getByRole('navigation', { name: '栏目' }).getByRole('link', { name: '批次', exact: true }).click()
    await page.getByRole('button', { name: '已安排区域', exact: true }).click()
    await settled(page)
    await page.locator('input[type=file]').setInputFiles('tests/sheet/openpyxl.xlsx')
    const dialog = page.getByRole('dialog')
    await reads(dialog, /错误|没有/)
    await shoot(page, 'register')
    await dialog.getByRole('button', { name: '取消' }).click()
  }],
]
