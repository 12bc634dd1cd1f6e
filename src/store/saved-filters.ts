import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { CallFilter, callSort } from '../api/calls.ts'
import type { Hotline } from './tables.ts'

export interface SavedFilter {
  readonly id: string
  readonly name: string
  readonly filter: CallFilter
  readonly sort: z.infer<typeof callSort>
}

/** Filters of calls under names, each person's own. */
export interface SavedFilters {
  list(personId: string): Promise<readonly SavedFilter[]>
  /** One of the same name is replaced. */
  save(personId: string, given: Omit<SavedFilter, 'id'>): Promise<SavedFilter>
  /** Whether the person had such a filter. */
  remove(personId: string, id: string): Promise<boolean>
}

export function makeSavedFilters(hotline: Kysely<Hotline>): SavedFilters {
  return {
    async list(personId) {
      const rows = await hotline
        .selectFrom('saved_filter')
        .select(['id', 'name', 'filter', 'sort'])
        .where('person_id', '=', personId)
        .orderBy('name')
        .execute()
      return rows.map((row) => ({ ...row, filter: JSON.parse(row.filter) }))
    },
    async save(personId, { name, filter, sort }) {
      const what = { filter: JSON.stringify(filter), sort }
      const { id } = await hotline
        .insertInto('saved_filter')
        .values({ id: randomUUID(), person_id: personId, name, ...what })
        .onConflict((conflict) => conflict.columns(['person_id', 'name']).doUpdateSet(what))
        .returning('id')
        .executeTakeFirstOrThrow()
      return { id, name, filter, sort }
    },
    async remove(personId, id) {
      const removed = await hotline
        .deleteFrom('saved_filter')
        .where('id', '=', id)
        .where('person_id', '=', personId)
        .executeTakeFirst()
      return removed.numDeletedRows > 0n
    },
  }
}
