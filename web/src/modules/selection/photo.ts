// A photo as the phone took it, made small enough for a weak signal, and where the phone is.
const MOST_BYTES = 1_500_000
const MOST_SIDE = 2000
const QUALITY = 0.85
const WAIT_MS = 15_000
const DIGITS = 7

/** A JPEG of at most 2,000 pixels a side; the file itself where it is small or cannot be drawn. */
export async function shrink(file: File): Promise<File> {
  if (file.size <= MOST_BYTES || !file.type.startsWith('image/')) return file
  try {
    const picture = await createImageBitmap(file)
    const scale = Math.min(1, MOST_SIDE / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
    const name = file.name.replace(/\.\w+$/, '') + '.jpg'
    return blob && blob.size < file.size ? new File([blob], name, { type: 'image/jpeg', lastModified: file.lastModified }) : file
  } catch {
    return file
  }
}

export interface Position {
  longitude: string
  latitude: string
  accuracy: number | null
}

/** WGS-84 with its accuracy in metres; rejects where the phone cannot or may not tell. */
export function locate(): Promise<Position> {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error('none'))
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({ longitude: coords.longitude.toFixed(DIGITS), latitude: coords.latitude.toFixed(DIGITS), accuracy: Math.ceil(coords.accuracy) }),
      (e) => reject(new Error(e.code === e.PERMISSION_DENIED ? 'denied' : 'none')),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 60_000 },
    )
  })
}

/** A degree as the server takes it, or null where it is none. */
export function readDegree(typed: string, most: number): string | null {
  const text = typed.trim()
  return /^-?\d{1,3}(\.\d{1,7})?$/.test(text) && Math.abs(Number(text)) <= most ? text : null
}
