// One sentence for what a check and the papers say, the same in the panel, the drawer and the lists.
import { t } from '../../texts'

export interface Verdict {
  tone: 'is-bad' | 'is-wait' | 'is-ok'
  text: string
}

/** `proves`: the step asks for it; elsewhere nothing is to be sent and nothing is said of sending. */
export function verdictOf(rules: number, papers: number, proves: boolean): Verdict {
  if (rules && papers) return { tone: 'is-bad', text: t('check.blocksAnd', { n: rules, papers }) }
  if (rules) return { tone: 'is-bad', text: t('check.blocks', { n: rules }) }
  if (papers) return { tone: 'is-wait', text: t('check.papersLack', { n: papers }) }
  return { tone: 'is-ok', text: t(proves ? 'check.fine' : 'check.noBlock') }
}
