import { language, t, type TextKey } from '../../texts'
import { weekdayOf, type Fault, type Kind } from './calendar'

export const KIND_TEXT: Record<Kind, TextKey> = { work: 'holiday.work', weekend: 'holiday.weekend', off: 'holiday.off', swapped: 'holiday.swapped' }
export const FAULT_TEXT: Record<Fault, TextKey> = { day: 'holiday.badDay', kind: 'holiday.badKind', name: 'holiday.badName', week: 'holiday.badWeek', twice: 'holiday.twice' }

const ZH = '一二三四五六日'
const EN = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
export const weekdayText = (weekday: number) => (language.value === 'en' ? EN[weekday - 1]! : ZH[weekday - 1]!)
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
export const monthText = (month: number) => (language.value === 'en' ? MONTHS[month - 1]! : `${month} 月`)
export const longDay = (iso: string) => t('holiday.longDay', { day: iso, weekday: weekdayText(weekdayOf(iso)) })
