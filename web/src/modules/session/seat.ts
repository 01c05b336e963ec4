import { t, type TextKey } from '../../texts'

export const ADMIN_SEATS = ['system', 'security', 'audit'] as const
/** Seats that the security administrator gives alone. */
export const DESK_SEATS = ['handler', 'checker'] as const
const SEAT_KEYS = [...DESK_SEATS, 'signer', ...ADMIN_SEATS] as const
/** Seats that two administrators give in an organ of the level. */
export const guardedSeats = (level: string | null) => (level === 'system' ? ADMIN_SEATS : (['signer'] as const))
const SEATS: ReadonlySet<string> = new Set(SEAT_KEYS)

/** A seat as a word; one that these pages do not know stands as it is. */
export const seatText = (seat: string | null | undefined) => (seat && SEATS.has(seat) ? t(`seat.${seat}` as TextKey) : (seat ?? ''))
