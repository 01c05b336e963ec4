// The batch that is under way, for the header, the home page and new zones.
import { computed, shallowRef } from 'vue'
import { api } from '../../api'
import type { Batch } from '../../api/types'

const batches = shallowRef<Batch[] | null>(null)

export async function loadBatches(): Promise<Batch[]> {
  batches.value ??= (await api.batch.list()).rows
  return batches.value
}

export const currentBatch = computed(() => batches.value?.[batches.value.length - 1] ?? null)

/** So that the next look finds a batch that was opened meanwhile. */
export const forgetBatches = () => (batches.value = null)
