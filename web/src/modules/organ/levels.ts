import { t } from '../../texts'

export const LEVELS = ['province', 'city', 'county', 'township', 'village', 'expert', 'system'] as const
export const KINDS = ['rural', 'finance', 'government', 'department', 'committee', 'experts', 'administration'] as const

export const levelText = (level: string) => (LEVELS.some((l) => l === level) ? t(`level.${level as (typeof LEVELS)[number]}`) : level)
export const kindText = (kind: string) => (KINDS.some((k) => k === kind) ? t(`kind.${kind as (typeof KINDS)[number]}`) : kind)
