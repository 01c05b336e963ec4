// Acts upon several zones at once: each zone is asked what may be done to it, and each has its own result.
import { api } from '../../api'
import { ApiError } from '../../api/client'
import { t } from '../../texts'
import { each, type BatchAct } from '../register/batch'

/** The round is the one that stands now; one that has moved since it was chosen is left alone, since
 * nobody has decided upon where it is. */
async function actOn(id: number, step: string, act: 'forward' | 'urge'): Promise<void> {
  const z = await api.zone.get(id)
  const moved = { zh: '已不在选中时的这一步，请打开查看', en: 'It has moved on since it was chosen; open it first' }
  const barred = { zh: '这一步现在不由您办理', en: 'This step is not yours to take now' }
  if (z.flow.step !== step) throw new ApiError(409, 'stale', moved)
  if (!z.may[act]) throw new ApiError(403, 'forbidden', barred)
  await api.zone.act(id, { act, round: z.flow.round })
}

/** stepOf: where it stood when it was chosen. */
export const zoneActs = <Row extends { id: number }>(rows: readonly Row[], stepOf: (row: Row) => string): BatchAct<Row>[] =>
  rows.length
    ? (['urge', 'forward'] as const).map((act) => ({
        key: act,
        text: t(act === 'urge' ? 'zone.urgeN' : 'zone.forwardN', { n: rows.length }),
        rows,
        primary: act === 'forward',
        run: (chosen: readonly Row[]) => each(chosen, (row) => actOn(row.id, stepOf(row), act)),
      }))
    : []
