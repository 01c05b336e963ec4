import { t, type TextKey } from '../../texts'

const SEATS = new Set(['handler', 'checker', 'signer', 'system', 'security', 'audit'])

/** A seat as a word; one that these pages do not know stands as it is. */
export const seatText = (seat: string | null | undefined) => (seat && SEATS.has(seat) ? t(`seat.${seat}` as TextKey) : (seat ?? ''))
