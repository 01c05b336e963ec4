import type { RequestKind } from '../../api/types'
import { t } from '../../texts'

const STATES = ['waiting', 'active', 'stopped'] as const
export const stateText = (state: string) => (STATES.some((s) => s === state) ? t(`user.${state as (typeof STATES)[number]}`) : state)

export const kindText = (kind: RequestKind) => t(`requestKind.${kind}`)

const ENDS = ['open', 'done', 'refused', 'withdrawn', 'replaced'] as const
export const requestText = (state: string) => t(`requestState.${state as (typeof ENDS)[number]}`)
