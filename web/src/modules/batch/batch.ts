// The batch that is under way, for the header, the home page and new zones.
import { computed, shallowRef } from 'vue'
import { api, rowsOf } from '../../api'
import type { Batch } from '../../api/types'

const batches = shallowRef<Batch[] | null>(null)

export async function loadBatches(): Promise<Batch[]> {
  batches.value ??= rowsOf(await api.batch.list())
  return batches.value
}

export const currentBatch = computed(() => batches.value?.[batches.value.length - 1] ?? null)
