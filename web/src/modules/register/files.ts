// The value of a field of attachments: "name [number]; name [number]" (core/register/register_files.h).
export interface NamedFile {
  id: number
  name: string
}

export const filesOf = (text: unknown): NamedFile[] =>
  [...String(text ?? '').matchAll(/([^;]*?) \[(\d+)\](?:; |$)/g)].map((m) => ({ name: m[1]!, id: Number(m[2]) }))

/** Brackets and semicolons part the names from each other. */
export const filesText = (files: readonly NamedFile[]): string | null =>
  files.map((f) => `${f.name.replace(/[[\];]/g, '_')} [${f.id}]`).join('; ') || null
export const fileNames = (text: unknown) => filesOf(text).map((f) => f.name)
