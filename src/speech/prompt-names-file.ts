import { readFileSync, writeFileSync } from 'node:fs'
import { type Catalog, readCatalog } from './catalog.ts'

/** The source of domain/prompt-names.ts for a catalog. */
export function promptNamesSource(catalog: Catalog): string {
  return [
    '// Made from prompts/catalog.yaml by `npx dobush prompts names`. Do not edit.',
    'export const promptNames = [',
    ...[...catalog.keys()].map((name) => `  '${name}',`),
    '] as const',
    '',
    'export type PromptName = (typeof promptNames)[number]',
    '',
  ].join('\n')
}

/**
 * Writes the names of the catalog's prompts as a type, so that a prompt that is missing fails the build.
 * @returns whether the file had to change
 */
export function writePromptNames(catalogFile: string, namesFile: string): boolean {
  const source = promptNamesSource(readCatalog(catalogFile))
  if (readFileSync(namesFile, 'utf8') === source) return false
  writeFileSync(namesFile, source)
  return true
}
