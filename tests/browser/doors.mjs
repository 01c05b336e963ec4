// The province's board, whose figures are doors to the lists behind them, and the blind copies of a zone's papers.
import assert from 'node:assert/strict'
import { reads } from './hands.mjs'
import { test } from './tally.mjs'
import { DESK, PHONE, assertSound, enter, settled, shoot } from './world.mjs'

/** A file of a few lines that says it is a PDF; experts may see it where it names nobody. */
const pdf = (name, text) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.4\n% ${text}\n%%EOF\n`) })
const ITEM = '县政府上报文件'

export async function run(world) {
  let page
  await test('every figure over the board leads to the list behind it', async () => {
    page = await enter(world, '37-rural-checker', DESK, '/recommendations')
    await settled(page)
    await assertSound(page, 'board')
    await shoot(page, 'doors-board')
    const facts = page.locator('.facts a')
    const ways = await facts.evaluateAll((all) => all.map((a) => a.getAttribute('href')))
    for (const way of [/^\/batches\/\d+$/, /^\/zones\?batch_id=\d+&sent_at=/, /^\/selection\/\d+\/overview$/, /exceptions=1/])
      assert.ok(ways.some((w) => way.test(w)), `${way}: ${ways.join(' ')}`)
  })
  await test('the exceptions of the board are the zones that have any', async () => {
    await page.locator('.facts a[href*="exceptions"]').click()
    await page.waitForURL(/exceptions=1\.\./)
    await settled(page)
    await assertSound(page, 'zones with exceptions')
    await page.getByRole('button', { name: '清除筛选' }).waitFor()
  })
  await test('a tile of the map opens what its city has', async () => {
    await page.goto('/recommendations')
    await settled(page)
    await page.getByRole('group', { name: '推荐进度' }).getByRole('link', { name: /^烟台/ }).click()
    await page.waitForURL(/county=3706|recommendations\/\d+/)
    await page.context().close()
  })
  await test('a blind copy that still names the zone is refused in words, one that names nobody is what experts see', async () => {
    page = await enter(world, '370683-rural-handler', DESK, '/zones')
    await page.getByRole('link', { name: /样例三/ }).first().click()
    await page.waitForURL(/\/zones\/\d+/)
    await page.goto(`${new URL(page.url()).pathname.replace(/(\/zones\/\d+).*/, '$1')}/attachments`)
    const row = page.locator('#copies tbody tr').filter({ hasText: ITEM }).first()
    await reads(row, '还没有副本', '看不到')
    await row.locator('input[type=file]').setInputFiles(pdf('副本一.pdf', '莱州市人民政府'))
    await reads(page.locator('#copies').getByRole('alert'), '莱州市', '隐去后上传')
    page.faults.splice(0) // the refusal
    await row.locator('input[type=file]').setInputFiles(pdf('副本二.pdf', '样例'))
    await reads(row, '副本二.pdf', '附件1（PDF）')
    await assertSound(page, 'blind copies')
    await page.locator('#copies').scrollIntoViewIfNeeded()
    await shoot(page, 'doors-copies')
    await page.setViewportSize(PHONE)
    await assertSound(page, 'blind copies on the phone')
    await row.getByRole('button', { name: /^移除/ }).click()
    await reads(row, '还没有副本')
    await page.context().close()
  })
}
