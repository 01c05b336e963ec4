// Which papers a declaration carries: the pack's list.
import type { PaperItem } from '../pack/pack'
import type { Desk } from '../zone/desk'

export const papersOf = (desk: Pick<Desk, 'pack'>): PaperItem[] => desk.pack.papers
