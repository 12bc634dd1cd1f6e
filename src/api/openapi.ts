import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi'
import { problem } from './common.ts'
import type { Route } from './route.ts'

/** OpenAPI 3.1 of these routes, made from the schemas that validate them. */
export function openApiOf(routes: readonly Route[]): object {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'cookie', { type: 'apiKey', in: 'cookie', name: 'dobush' })
  for (const it of routes) {
    registry.registerPath({
      operationId: it.name,
      tags: [it.area],
      method: it.method,
      path: it.path,
      summary: it.summary,
      description: `For ${typeof it.who === 'string' ? it.who : it.who.join(', ')}.`,
      security: it.who === 'anyone' ? [] : [{ cookie: [] }],
      request: {
        ...(it.params && { params: it.params }),
        ...(it.query && { query: it.query }),
        ...bodyOf(it),
      },
      responses: {
        ...answerOf(it),
        default: { description: 'Refused', content: { 'application/problem+json': { schema: problem } } },
      },
    })
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Dobush console', version: '1' },
  })
}

const binary = { type: 'string', format: 'binary' } as const

function bodyOf({ body, upload }: Route) {
  if (upload) return { body: { required: true, content: { [upload.type]: { schema: binary } } } }
  return body ? { body: { required: true, content: { 'application/json': { schema: body } } } } : {}
}

function answerOf({ response }: Route) {
  if (response === undefined) return { 204: { description: 'Done' } }
  const content =
    typeof response === 'string' ? { [response]: { schema: binary } } : { 'application/json': { schema: response } }
  return { 200: { description: 'Done', content } }
}
