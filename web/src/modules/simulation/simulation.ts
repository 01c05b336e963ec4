// A changed pack tried over a batch: what is asked, how it is run, and what of it a page shows.
import type { Ref } from 'vue'
import { api } from '../../api'
import { ApiError } from '../../api/client'
import type { Simulation, SimulationAsk, SimulatedZone } from '../../api/types'
import { fenOf, narrow, wan } from '../../use/money'

/** A decimal text moved by so many places: "60", -2 → "0.6". */
export function shifted(text: string, places: number): string {
  const [whole = '', part = ''] = text.split('.')
  const digits = '0'.repeat(Math.max(0, -places)) + whole + part + '0'.repeat(Math.max(0, places))
  const point = Math.max(0, -places) + whole.length + places
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0'
  const right = digits.slice(point).replace(/0+$/, '')
  return right ? `${left}.${right}` : left
}

/** What was typed as a plain decimal, "60%" as 0.6; null where it is no number. */
export function readFigure(typed: string): string | null {
  const text = narrow(typed).replace(/[,\s]/g, '')
  const match = /^(\d{1,12}(?:\.\d{1,12})?)(%?)$/.exec(text)
  if (!match) return null
  return shifted(match[1]!, match[2] ? -2 : 0)
}

/** A share is told in percent too. */
export function shareText(value: string, unit: string | null): string {
  const one = !unit && /^[01](\.\d+)?$/.test(value)
  return one ? `${shifted(value, 2)} %` : ''
}

const POLL_MS = 400

/** At once where the batch is small enough, else as a job whose progress is told. */
export async function simulate(batch: number, ask: SimulationAsk, progress: Ref<number | null>): Promise<Simulation> {
  try {
    return await api.simulation.run(batch, ask)
  } catch (e) {
    if (!(e instanceof ApiError) || e.code !== 'too_large') throw e
  }
  const { id } = await api.simulation.start(batch, ask)
  for (;;) {
    const job = await api.job.get(id)
    progress.value = job.progress
    if (job.state === 'done') return JSON.parse(job.result ?? '{}') as Simulation
    if (job.state === 'failed') throw failed(job.result)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function failed(result: string | null): ApiError {
  const told = JSON.parse(result ?? '{}') as { code?: string; zh?: string; en?: string }
  return new ApiError(0, told.code ?? 'unknown', { zh: told.zh ?? '', en: told.en ?? '' })
}

export type SideKey = 'before' | 'after'
export const SIDES: readonly SideKey[] = ['before', 'after']

/** The zones behind one figure: of a tier or city, and those that may go up on one side. */
export interface Door {
  by: 'tier' | 'city' | 'all'
  key: string | null
  name: string
  side: SideKey | null
}

export function behind(zones: SimulatedZone[], door: Door): SimulatedZone[] {
  return zones.filter((z) => {
    const key = door.by === 'tier' ? z.tier : z.county.slice(0, 4)
    return (door.by === 'all' || key === door.key) && (!door.side || z[door.side].submittable)
  })
}

/** A sum with its unit's manner of writing; "?" where it is unknown. */
export function sumText(sum: string | null | undefined, unit: string | null): string {
  if (sum === null || sum === undefined) return '?'
  return unit === '万元' ? wan(fenOf(sum)) : sum
}
