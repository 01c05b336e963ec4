import { t, type TextKey } from '../../texts'

export const SEAT_KEYS = ['handler', 'checker', 'signer', 'system', 'security', 'audit'] as const
const SEATS: ReadonlySet<string> = new Set(SEAT_KEYS)

/** A seat as a word; one that these pages do not know stands as it is. */
export const seatText = (seat: string | null | undefined) => (seat && SEATS.has(seat) ? t(`seat.${seat}` as TextKey) : (seat ?? ''))
