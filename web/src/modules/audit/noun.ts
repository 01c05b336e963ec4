import { t } from '../../texts'

export const NOUNS = ['user', 'organ', 'setting', 'batch', 'batch_entry', 'zone', 'zone_evidence', 'attachment', 'upload', 'region', 'backup', 'expert', 'expert_interest', 'draw'] as const
export const nounText = (noun: string | null) => (NOUNS.some((n) => n === noun) ? t(`noun.${noun as (typeof NOUNS)[number]}`) : (noun ?? ''))
