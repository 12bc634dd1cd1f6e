import type { CallFacetTable, CallFacts } from './call-tables.ts'

/** The facet of a call: the facts themselves, in this order, so that writing it needs no look at what is there. */
export function facetOf({ did, language, disposition, last_step, region, callback }: CallFacts): CallFacetTable {
  const facts = { did, language, disposition, last_step, region, callback }
  return {
    facet: Object.values(facts)
      .map((fact) => fact ?? '')
      .join('|'),
    ...facts,
  }
}
