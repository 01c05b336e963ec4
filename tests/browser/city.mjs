// Two cities recommend: one compares three candidates, chooses the second and says why it passes the
// others over; one has a key county. The province watches on its board.
import { atStep, forward, reads } from './hands.mjs'
import { test } from './tally.mjs'
import { DESK, PHONE, assertSound, enter, settled, shoot } from './world.mjs'

const RIVER = '样例十：新市西瓜推进区'
const CHOSEN = '样例十一：牛泉山楂推进区'
const THIRD = '样例十二：垛庄板栗推进区'
const NOT_SENT = '样例二：玫瑰镇沿黄推进区'
const REASON = '社会资本和村庄数占优，产业链条更完整。'

async function walk(steps, current) {
  for (const [sentence, act] of steps)
    if (!(await test(sentence, act))) return current() && shoot(current(), 'failed')
}

const rank = (page, zone, n) => page.getByRole('button', { name: new RegExp(`^${zone} 第 ${n} 名`) })
const choice = (page, zone, word) => page.getByRole('button', { name: `推荐 ${zone} ${word}`, exact: true })

/** Opens the recommendation of the city by the section of the header. */
async function desk(world, account, size = DESK) {
  const page = await enter(world, account, size)
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

async function sign(world, account, act) {
  const page = await desk(world, account)
  await forward(page, act)
  await page.context().close()
}

async function report(world, code, number) {
  const page = await desk(world, `${code}-rural-signer`)
  await page.getByLabel('文号').fill(number)
  await page.getByLabel('成文日期').fill('2022-12-09')
  await page.getByRole('button', { name: '保存文号和日期' }).click()
  await settled(page)
  await forward(page, '报省')
  await page.getByText(/已报省$/).first().waitFor()
  return page
}

export async function run(world) {
  let page
  await walk(
    [
      ['a city begins its comparison: three candidates, and one that was not sent up without a rank', async () => {
        page = await desk(world, '3701-rural-checker')
        await page.getByRole('button', { name: '开始比选' }).click()
        await page.getByRole('heading', { level: 1, name: '济南市候选推进区比选' }).waitFor()
        await settled(page)
        await atStep(page, '排序择优', '济南市乡村振兴局')
        await reads(page.getByRole('columnheader', { name: new RegExp(NOT_SENT) }), '平阴县')
        await reads(page.getByRole('main'), '限推荐 1 个（Q2，一.3）', '未报送到市，不参加排序')
        await assertSound(page, 'city-compare')
        await shoot(page, 'city-compare')
      }],
      ['the audit sheet takes a finding with a disagreement, and the rest in one act', async () => {
        await page.getByRole('link', { name: `审核表：${THIRD}` }).click()
        await page.getByRole('heading', { level: 1, name: `审核表：${THIRD}` }).waitFor()
        await settled(page)
        const verdict = page.getByRole('radiogroup', { name: 'I3 的核对结果' })
        await verdict.getByRole('radio', { name: '不同意' }).and(page.locator(':disabled')).waitFor()
        await page.getByLabel('I3 的审核意见').fill('结合载体没有依据')
        await verdict.getByRole('radio', { name: '不同意' }).check()
        await reads(page.getByRole('row').filter({ hasText: 'I3' }), '济南市乡村振兴局')
        await settled(page)
        await assertSound(page, 'city-audit')
        await shoot(page, 'city-audit')
        await page.getByRole('button', { name: /^其余 \d+ 条同意$/ }).click()
        await page.getByText('全部核对完').waitFor()
        await page.getByRole('link', { name: '候选比选' }).click()
        await settled(page)
        for (const zone of [RIVER, CHOSEN]) await agree(page, zone)
      }],
      ['the rank moves by button and by arrow key', async () => {
        await page.getByRole('button', { name: `${THIRD} 前移一名` }).click()
        await rank(page, THIRD, 2).waitFor()
        await settled(page)
        await rank(page, THIRD, 2).press('ArrowDown')
        await rank(page, THIRD, 3).waitFor()
        await settled(page)
        await rank(page, RIVER, 1).waitFor()
      }],
      ['who is passed over is named with what speaks for it, and the list goes on only with a reason', async () => {
        await chosen(page, CHOSEN)
        const box = page.getByRole('main').locator('section').filter({ hasText: `越过了${RIVER}` })
        await reads(box, '名次在前', 'Q4', 'Q6', '理由进入推荐函并留痕')
        await assertSound(page, 'city-passed-over')
        await shoot(page, 'city-passed-over')
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
      ['the same desk on a phone', async () => {
        await page.setViewportSize(PHONE)
        await assertSound(page, 'city-compare')
        await shoot(page, 'city-compare')
        await page.context().close()
        page = null
      }],
      ['both bureaus sign, and the report sends the chosen zone to the province', async () => {
        await sign(world, '3701-rural-signer', '会签')
        await sign(world, '3701-finance-signer', '会签')
        page = await report(world, '3701', '样例济乡振函〔2022〕1号')
        const letter = await page.request.get(await page.getByRole('link', { name: '推荐函', exact: true }).getAttribute('href'))
        if (letter.status() !== 200) throw new Error(`the letter: ${letter.status()}`)
        await assertSound(page, 'city-reported')
        await shoot(page, 'city-reported')
        await page.context().close()
        page = null
      }],
      ['a city with a key county recommends its zone', async () => {
        page = await desk(world, '3717-rural-checker')
        await page.getByRole('button', { name: '开始比选' }).click()
        await page.getByRole('heading', { level: 1, name: '菏泽市候选推进区比选' }).waitFor()
        await settled(page)
        await agree(page, '样例六：庄寨芦笋推进区')
        await chosen(page, '样例六：庄寨芦笋推进区')
        await forward(page, '送两局会签')
        await page.context().close()
        page = null
        await sign(world, '3717-rural-signer', '会签')
        await sign(world, '3717-finance-signer', '会签')
        page = await report(world, '3717', '样例菏乡振函〔2022〕1号')
        await page.context().close()
        page = null
      }],
      ['the board shows who has and has not, as a sketch and as a table, and every figure opens its list', async () => {
        page = await desk(world, '37-rural-handler')
        await reads(page.getByRole('row').filter({ has: page.getByRole('link', { name: '济南市', exact: true }) }), '1 / 1')
        await reads(page.getByRole('row').filter({ has: page.getByRole('link', { name: '菏泽市', exact: true }) }), '重点县 1 个', '1 / 1')
        await assertSound(page, 'board')
        await shoot(page, 'board')
        await page.getByRole('button', { name: '换成表格' }).click()
        await page.getByRole('button', { name: '换成示意图' }).waitFor()
        await assertSound(page, 'board-table')
        await page.getByRole('link', { name: '聊城市 市级审核 1', exact: true }).click()
        await page.getByRole('link', { name: /^样例一/ }).waitFor()
        await reads(page.getByRole('main'), '看全部')
        await page.goBack()
        await page.getByRole('link', { name: '济南市', exact: true }).click()
        await page.getByRole('heading', { level: 1, name: '济南市候选推进区比选' }).waitFor()
        await settled(page)
        await reads(page.getByRole('main'), REASON)
        await page.goBack()
        await page.getByRole('button', { name: /换成/ }).waitFor()
        await page.setViewportSize(PHONE)
        await assertSound(page, 'board')
        await shoot(page, 'board')
        await page.setViewportSize(DESK)
      }],
      ['a register with villages that nobody knows is refused row by row', async () => {
        await page.getByRole('navigation', { name: '栏目' }).getByRole('link', { name: '批次', exact: true }).click()
        await page.getByRole('button', { name: '已安排区域', exact: true }).click()
        await settled(page)
        await page.locator('input[type=file]').setInputFiles('tests/sheet/openpyxl.xlsx')
        const dialog = page.getByRole('dialog')
        await reads(dialog, /错误|没有/)
        await shoot(page, 'register')
        await dialog.getByRole('button', { name: '取消' }).click()
        await page.context().close()
        page = null
      }],
    ],
    () => page,
  )
}
