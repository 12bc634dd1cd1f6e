import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateApi } from 'swagger-typescript-api'
import { openApiOf } from './api/openapi.ts'
import { routes } from './api/routes.ts'

// Writes the client the page talks to the API with, `npm run api`; with --check only says whether it is as it should be.
const file = join(import.meta.dirname, '..', 'src', 'console', 'api', 'generated.ts')
const client = await makeClient()
if (!process.argv.includes('--check')) {
  writeFileSync(file, client)
} else if (readFileSync(file, 'utf8') !== client) {
  process.stderr.write(`${file} is not what src/api says: run npm run api and commit it.\n`)
  process.exitCode = 1
}

async function makeClient(): Promise<string> {
  const { files } = await generateApi({
    spec: spellOutNulls(openApiOf(routes)) as never,
    output: false,
    fileName: 'generated.ts',
    enumStyle: 'union',
    extractRequestParams: true,
    extractRequestBody: true,
    singleHttpClient: true,
    typeOnlyImports: true,
    unwrapResponseData: true,
    silent: true,
    hooks: {
      // An id comes from the address bar: it must stay one piece of the path.
      onCreateRoute: (route) => {
        const path = route.request.path?.replaceAll(/\$\{(\w+)\}/g, (_, id) => `\${encodeURIComponent(${id})}`)
        return { ...route, request: { ...route.request, ...(path && { path }) } }
      },
    },
  })
  const [made] = files
  if (!made) throw new Error('the generator of the API client made nothing')
  // Its own casts are not what our checks are for; the types it gives are used all the same.
  return `// @ts-nocheck\n// Made by \`npm run api\` from src/api. Do not edit.\n${made.fileContent}`
}

/** The generator overlooks the null in `type: [object, null]` and in an enum; not in `anyOf`. */
function spellOutNulls(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(spellOutNulls)
  if (typeof schema !== 'object' || schema === null) return schema
  const it = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, spellOutNulls(value)]))
  if (!Array.isArray(it.type) || !it.type.includes('null')) return it
  const [type] = it.type.filter((one) => one !== 'null')
  const values = Array.isArray(it.enum) ? { enum: it.enum.filter((one) => one !== null) } : {}
  return { anyOf: [{ ...it, ...values, type }, { type: 'null' }] }
}
