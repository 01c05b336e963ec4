import { t } from '../../texts'

const STATES = ['waiting', 'active', 'stopped'] as const
export const stateText = (state: string) => (STATES.some((s) => s === state) ? t(`user.${state as (typeof STATES)[number]}`) : state)
