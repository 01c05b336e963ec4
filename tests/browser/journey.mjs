// A declaration from its first day to the city, back, and up again, as its users see it.
import { until } from './tally.mjs'
import { answer, atStep, forward, openPart, panel, paste, reads, saved, say, tick, walk } from './hands.mjs'
import { PAPERS, TERM, paperFile, projectRows } from './papers.mjs'
import { DESK, PHONE, assertSound, enter, settled, shoot } from './world.mjs'

const ZONE = '样例：旅途果业推进区'
const REASON = '数据前后不一致，请核对。'
const REMARK = '定位太笼统，写明主导产业'
const PAPER = '县政府常务会议纪要'
const PAPER_REMARK = '第 2 页不清，请重传'
const BEFORE = '苹果产业与宜居村庄融合片区'
const AFTER = '以苹果为主导、种储销一体的宜居片区'
const UPWARD = [
  ['370683-rural-signer', '会签'],
  ['370683-finance-signer', '会签'],
  ['370683-government-signer', '送市级审核'],
]

/** Opens the zone from the inbox of an account, where it must wait. */
async function fromInbox(world, account, size = DESK) {
  const page = await enter(world, account, size)
  const task = page.getByRole('tabpanel').getByRole('row').filter({ hasText: ZONE })
  await task.getByRole('link', { name: /^(办理|继续填报)$/ }).click()
  await page.getByRole('heading', { level: 1, name: ZONE }).waitFor()
  await settled(page)
  return page
}

export async function run(world) {
  let page
  const sound = (name) => async () => {
    await assertSound(page, name)
    await shoot(page, name)
  }
  const fill = [
    ['the county logs in and sees its desk', async () => {
      page = await enter(world, '370683-rural-handler')
      await page.getByRole('tab', { name: /待办/ }).waitFor()
      await reads(page.getByRole('banner'), '莱州市', '经办岗', '样例数据')
      await sound('home')()
    }],
    ['the county makes a zone and it stands at the first step', async () => {
      await page.getByRole('link', { name: '推进区', exact: true }).click()
      await page.getByRole('button', { name: '新建推进区' }).click()
      const dialog = page.getByRole('dialog', { name: '新建推进区' })
      await dialog.getByLabel('推进区名称').fill(ZONE)
      await sound('zone-create')()
      await dialog.getByRole('button', { name: '新建推进区' }).click()
      await page.getByRole('heading', { level: 1, name: ZONE }).waitFor()
      await atStep(page, '县级填报', '乡村振兴局')
      await reads(panel(page), /\d+ 项阻断/)
      await sound('basic')()
    }],
    ['twelve villages are picked from the divisions', async () => {
      await openPart(page, '村庄')
      await page.getByRole('button', { name: '从区划中选村' }).first().click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('乡镇').selectOption({ label: '沙河镇' })
      const boxes = dialog.getByRole('row').getByRole('checkbox')
      await boxes.nth(12).waitFor()
      for (let i = 1; i <= 12; i += 1) await boxes.nth(i).check()
      await reads(dialog, '已选 12 个')
      await sound('village-picker')()
      await dialog.getByRole('button', { name: '加入 12 个村' }).click()
      await page.getByRole('heading', { level: 2, name: '村庄 12' }).waitFor()
      await page.getByRole('button', { name: '集聚提升类' }).click()
      await page.getByRole('button', { name: '村庄规划 是' }).click()
      await say(page, '集中连片')
      await saved(page)
      for (const rule of ['V1', 'V2', 'V3', 'V4']) await inGroup(page, rule, '符合')
      await sound('villages')()
    }],
    ['one industry with its three answers', async () => {
      await openPart(page, '主导产业')
      await page.getByRole('button', { name: '添加一行' }).click()
      await page.getByLabel('名称').fill('苹果')
      for (const q of ['符合县级规划', '链条可延伸', '市场前景好']) await say(page, q)
      await tick(page, '结合载体', '农业产业强镇')
      await saved(page)
      for (const rule of ['I1', 'I2', 'I3']) await inGroup(page, rule, '符合')
      await sound('industries')()
    }],
    ['the plan: term, function, how it lasts', async () => {
      await openPart(page, '实施规划')
      await page.getByLabel('开始日期').fill(TERM.start)
      await page.getByLabel('结束日期').fill(TERM.end)
      await page.getByLabel('功能定位').fill(BEFORE)
      await page.getByLabel('可持续性').fill('资产归村集体，收益提取管护基金')
      await saved(page)
      for (const rule of ['P1', 'V5']) await inGroup(page, rule, '符合')
      await sound('plan')()
    }],
    ['projects are pasted as a block', async () => {
      await openPart(page, '村庄')
      const code = await page.getByRole('row').nth(1).locator('small').innerText()
      await openPart(page, '项目')
      await page.locator('.tabulator-tableholder').click()
      await paste(page, projectRows(code))
      await page.getByRole('heading', { level: 2, name: '项目 7' }).waitFor()
      await reads(page.getByRole('main'), '资金合计 6,000.00 万元')
      await saved(page)
      for (const rule of ['P2', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'S1', 'F6', 'W3']) await inGroup(page, rule, '符合')
      await sound('projects')()
    }],
    ['one 分 too little fails 三.4 and the amount lacking is told', async () => {
      await openPart(page, '资金')
      await page.getByLabel('衔接资金 省级').fill('2000')
      await page.getByLabel('衔接资金 市级').fill('1500')
      await page.getByLabel('衔接资金 县级').fill('500')
      await page.getByRole('row', { name: /^整合行业资金/ }).getByRole('button', { name: /添加部门/ }).or(page.getByRole('button', { name: /添加部门/ })).first().click()
      await page.getByLabel('部门 1 县级').fill('1999.999999')
      await reads(page.getByRole('main'), '差 0.000001 万元（0.01 元）')
      await saved(page)
      await inGroup(page, 'F5', '不符合')
      await answer(page, 'F5').getByRole('button', { name: /^F5/ }).click()
      await reads(answer(page, 'F5'), '三、4', '应', '差额', '0.000001')
      await sound('funds-short')()
    }],
    ['the policy behind the answer opens beside it', async () => {
      await answer(page, 'F5').getByRole('button', { name: '政策依据' }).click()
      await reads(page.getByRole('dialog', { name: '政策依据' }), '三、4', '条款摘要，非原文')
      await sound('policy')()
      await page.keyboard.press('Escape')
    }],
    ['the one 分 more mends it', async () => {
      await page.getByLabel('部门 1 县级').fill('2000')
      await reads(page.getByRole('main'), '正好达到')
      await saved(page)
      for (const rule of ['F2', 'F3', 'F4', 'F5']) await inGroup(page, rule, '符合')
      await sound('funds')()
    }],
    ['organisation, report and opinions', async () => {
      await openPart(page, '组织保障')
      await page.getByLabel('党委研究日期').fill('2022-11-08')
      await page.getByLabel('政府研究日期').fill('2022-11-09')
      await say(page, '分管领导挂帅')
      await say(page, '工作专班')
      await tick(page, '牵头部门', '乡村振兴局', '财政局')
      await page.getByLabel('驻村数').fill('6')
      await saved(page)
      for (const rule of ['W1', 'W2', 'Q6']) await inGroup(page, rule, '符合')
      await sound('organisation')()
      await openPart(page, '常务会报送')
      await page.getByLabel('常务会议 · 日期').first().fill('2022-11-18')
      await say(page, '同意')
      await page.getByLabel('上报名义').selectOption({ label: '县政府' })
      await tick(page, '报送对象', '市乡村振兴局', '市财政局')
      await saved(page)
      await inGroup(page, 'P3', '符合')
      await openPart(page, '群众意见')
      await page.getByLabel('会议次数').fill('3')
      await page.getByLabel('调查人数').fill('210')
      await saved(page)
      await inGroup(page, 'P11', '符合')
      await sound('opinions')()
    }],
    ['nine villages are an exception that wants a reason', async () => {
      await openPart(page, '村庄')
      for (let n = 12; n > 8; n -= 1) {
        await page.getByRole('row').last().getByRole('button', { name: /移除/ }).click()
        await page.getByRole('dialog').getByRole('button', { name: '移除', exact: true }).click()
        await page.getByRole('heading', { level: 2, name: `村庄 ${n - 1}` }).waitFor()
      }
      await page.getByRole('button', { name: '撤销' }).click()
      await page.getByRole('heading', { level: 2, name: '村庄 9' }).waitFor()
      await saved(page)
      await inGroup(page, 'V1', '原则例外')
      await reads(answer(page, 'V1'), '理由未写')
      await reads(panel(page), '1 项阻断')
      await answer(page, 'V1').getByRole('button', { name: /写理由/ }).click()
      await page.getByLabel(/^V1/).fill('丘陵地带村庄分散，九村地域相连、产业同片')
      await saved(page)
      await reads(answer(page, 'V1'), '理由已写')
      await reads(panel(page), `规则已符合，还缺 ${PAPERS.length} 份材料`)
      await sound('exceptions')()
    }],
    ['what still lacks is the papers, and each is named', async () => {
      await page.getByRole('main').getByRole('button', { name: /差 \d+ 项/ }).click()
      const dialog = page.getByRole('dialog', { name: `送出前还差 ${PAPERS.length} 项` })
      await reads(dialog, ...PAPERS)
      await sound('lacking')()
      await page.keyboard.press('Escape')
    }],
    ['each paper gets its day, number and file, and can be looked at', async () => {
      await openPart(page, '附件')
      for (const [i, name] of PAPERS.entries()) {
        const line = page.getByRole('group', { name })
        await line.getByLabel('日期').fill('2022-11-20')
        await line.getByLabel('文号').fill(`样例〔2022〕${i + 1}号`)
        await line.locator('input[type=file]').setInputFiles(paperFile(name))
        await line.getByRole('button', { name: new RegExp(`样例-${name}`) }).waitFor()
      }
      await reads(page.getByRole('main'), `${PAPERS.length} 项佐证材料，${PAPERS.length} 项齐全`)
      await sound('papers')()
      await page.getByRole('button', { name: /样例-县委/ }).click()
      await reads(page.getByRole('dialog'), '样例附件：县委研究部署记录')
      await sound('preview')()
      await page.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click()
    }],
    ['it goes to both bureaus', async () => {
      await reads(panel(page), '可以报送')
      await forward(page, '送两局会签', `另有 ${PAPERS.length} 项提醒`, '没有隐名副本')
      await atStep(page, '两局会签')
      await sound('sent')()
      await page.context().close()
    }],
  ]
  const confirm = [
    ...['370683-rural-signer', '370683-finance-signer'].map((account, i) => [
      `${account} signs`,
      async () => {
        page = await fromInbox(world, account)
        await reads(panel(page), '可以报送')
        await forward(page, '会签')
        await atStep(page, i === 0 ? '两局会签.*已签.*待签' : '县政府报送')
        await sound(`signed-${i + 1}`)()
        await page.context().close()
      },
    ]),
    ['the county government submits', async () => {
      page = await fromInbox(world, '370683-government-signer')
      await forward(page, '送市级审核')
      await atStep(page, '市级审核', '烟台市')
      await page.context().close()
    }],
  ]
  const review = [
    ['the city returns it with a remark beside a field and one on a paper', async () => {
      page = await fromInbox(world, '3706-rural-checker')
      await reads(page.getByRole('status').first(), '只读')
      await sound('city')()
      await openPart(page, '实施规划')
      await page.getByRole('button', { name: '批注 功能定位' }).click()
      await page.getByLabel('批注内容 功能定位').fill(REMARK)
      await sound('mark')()
      await page.getByRole('button', { name: '退回（批注 1）', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: '退回' })
      await dialog.getByRole('button', { name: REASON }).click()
      await reads(dialog, '功能定位')
      await dialog.getByRole('searchbox').fill('附件 纪要')
      await dialog.getByRole('button', { name: PAPER }).click()
      await dialog.getByLabel(`批注内容 附件 › ${PAPER}`).fill(PAPER_REMARK)
      await sound('return')()
      await dialog.getByRole('button', { name: '退回', exact: true }).click()
      await atStep(page, '县级填报')
      await page.context().close()
    }],
    ['on the phone its county sees the return first', async () => {
      page = await enter(world, '370683-rural-handler', PHONE)
      await reads(page.getByRole('region', { name: `退回：${ZONE}` }), REASON, REMARK, PAPER_REMARK, '已回应 0 / 2')
      await sound('returned-home')()
      await page.getByRole('region', { name: `退回：${ZONE}` }).getByRole('link', { name: '去改' }).click()
      await reads(page.getByRole('region', { name: '退回待改' }), REASON, '烟台市乡村振兴局', '未回应')
      await sound('returned')()
      await page.context().close()
    }],
    ['at home and in the list it stands first, and its banner leads to the very field', async () => {
      page = await enter(world, '370683-rural-handler')
      await reads(page.getByRole('main'), '退回 3 件要改') // two of the sample loans came back, too
      const first = page.getByRole('tabpanel').getByRole('row').nth(1)
      await reads(first, ZONE, '退回重填', '有 2 处批注没有回应')
      await reads(page.getByRole('region', { name: `退回：${ZONE}` }), REASON, '烟台市乡村振兴局', REMARK, '未回应')
      await sound('returned-home')()
      await page.getByRole('link', { name: '推进区', exact: true }).click()
      await reads(page.getByRole('row').nth(1), ZONE, '退回重填')
      await page.getByRole('row').nth(1).getByRole('link', { name: ZONE }).click()
      const banner = page.getByRole('region', { name: '退回待改' })
      await reads(banner, REASON, '烟台市乡村振兴局', REMARK, PAPER_REMARK, '已回应 0 / 2')
      const parts = page.getByRole('navigation', { name: '申报材料各部分' })
      await reads(parts.getByRole('link', { name: /实施规划/ }), '退回批注 1 条，1 条未回应')
      await reads(parts.getByRole('link', { name: /附件/ }), '退回批注 1 条，1 条未回应')
      await sound('returned')()
      await banner.getByRole('button', { name: '去改' }).first().click()
      await until(() => page.getByLabel('功能定位', { exact: true }).evaluate((e) => e === document.activeElement), () => 'the jump did not land on the field')
      await reads(page.getByRole('main'), `退回批注：${REMARK}`)
    }],
    ['it answers one, is warned of the other, and sends', async () => {
      await page.getByRole('button', { name: '历史与差异' }).first().click()
      await reads(page.getByRole('dialog'), REASON, REMARK, '烟台市乡村振兴局')
      await sound('history')()
      await page.keyboard.press('Escape')
      await page.getByLabel('功能定位', { exact: true }).fill(AFTER)
      await saved(page)
      await reads(page.getByRole('region', { name: '退回待改' }), '已回应 1 / 2')
      await sound('marked')()
      await forward(page, '送两局会签', `没有回应退回批注：${PAPER_REMARK}`)
      await reads(page.getByRole('region', { name: '上次退回' }), REASON, '已回应 1 / 2')
      await page.context().close()
    }],
    ['it comes up again, and the city sees what changed', async () => {
      for (const [account, act] of UPWARD) {
        page = await fromInbox(world, account, PHONE)
        await forward(page, act)
        await sound(`up-${account}`)()
        await page.context().close()
      }
      for (const size of [PHONE, DESK]) {
        page = await fromInbox(world, '3706-rural-checker', size)
        await seeDifference(page)
        await sound('difference')()
        if (size === PHONE) await page.context().close()
      }
      await page.keyboard.press('Escape')
    }],
    ['the city accepts it', async () => {
      await forward(page, '接收')
      await reads(page.getByRole('status').first(), '只读')
      await page.context().close()
    }],
  ]
  const phone = [
    ['on the phone the county makes a zone and picks villages', async () => {
      page = await enter(world, '370683-rural-handler', PHONE)
      await sound('home')()
      await page.getByRole('link', { name: '推进区', exact: true }).click()
      await settled(page)
      await sound('zones')()
      await page.getByRole('button', { name: '新建推进区' }).click()
      const dialog = page.getByRole('dialog', { name: '新建推进区' })
      await dialog.getByLabel('推进区名称').fill('样例：掌上果业推进区')
      await dialog.getByRole('button', { name: '新建推进区' }).click()
      await atStep(page, '县级填报')
      await openPart(page, '村庄')
      await page.getByRole('button', { name: '从区划中选村' }).first().click()
      await page.getByRole('dialog').getByLabel('乡镇').selectOption({ label: '沙河镇' })
      await page.getByRole('dialog').getByRole('row').nth(1).getByRole('checkbox').check()
      await sound('village-picker')()
      await page.getByRole('button', { name: '加入 1 个村' }).click()
      await page.getByRole('heading', { level: 2, name: '村庄 1' }).waitFor()
      await saved(page)
      await sound('villages')()
    }],
    ['on the phone one 分 too little is told, the drawer leads to its field', async () => {
      await openPart(page, '资金')
      await page.getByLabel('衔接资金 省级').fill('4000')
      await page.getByRole('button', { name: /添加部门/ }).first().click()
      await page.getByLabel('部门 1 县级').fill('1999.999999')
      await reads(page.getByRole('main'), '差 0.000001 万元（0.01 元）')
      await saved(page)
      await sound('funds')()
      await page.getByRole('button', { name: /对照检查：\d+ 项阻断/ }).click()
      await answer(page, 'F5').getByRole('button', { name: /^F5/ }).click()
      await reads(answer(page, 'F5'), '三、4', '0.000001')
      await sound('check')()
      await answer(page, 'F5').getByRole('button', { name: /本页/ }).click()
      await panel(page).waitFor({ state: 'hidden' })
      await page.getByLabel('部门 1 县级').fill('2000')
      await reads(page.getByRole('main'), '正好达到')
      await saved(page)
      await page.context().close()
    }],
  ]
  await walk([...fill, ...confirm, ...review, ...phone], () => page)
}

async function seeDifference(page) {
  await page.getByRole('button', { name: '历史与差异' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '差异' }).click()
  const line = dialog.getByRole('row').filter({ hasText: '功能定位' })
  await reads(line, REMARK)
  await reads(line.getByRole('deletion'), BEFORE)
  await reads(line.getByRole('insertion'), AFTER)
}

/** The answer of a rule stands in this group of the check panel, unfolded if need be. */
async function inGroup(page, rule, group) {
  const head = panel(page).getByRole('button', { name: new RegExp(`^${group} \\d+`) , expanded: false })
  if (await head.count()) await head.first().click()
  const section = panel(page).locator('section').filter({ has: page.getByRole('heading', { name: new RegExp(`^${group} `) }) })
  await section.getByRole('button', { name: new RegExp(`^${rule} `) }).waitFor()
}
