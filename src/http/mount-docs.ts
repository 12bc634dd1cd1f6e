import express, { type Express } from 'express'
import { absolutePath } from 'swagger-ui-dist'
import { openApiOf } from '../api/openapi.ts'
import { routes } from '../api/routes.ts'

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dobush console: API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`

// A file of its own, as no script may stand in the page. The token is what the page itself sends, too.
const start = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#swagger-ui',
  validatorUrl: null,
  async requestInterceptor(request) {
    if (!request.method || request.method === 'GET') return request
    const self = await fetch('/api/self')
    if (self.ok) request.headers['x-csrf-token'] = (await self.json()).csrfToken
    return request
  },
})
`

/** The description of the API, for programs at /api/openapi.json and for people at /api/docs. */
export function mountDocs(app: Express): void {
  const description = JSON.stringify(openApiOf(routes))
  app.get('/api/openapi.json', (_request, reply) => {
    reply.type('json').send(description)
  })
  app.get('/api/docs', (_request, reply) => {
    reply.type('html').send(page)
  })
  app.get('/api/docs/start.js', (_request, reply) => {
    reply.type('js').send(start)
  })
  const files = express.static(absolutePath(), { index: false })
  app.get(['/api/docs/swagger-ui.css', '/api/docs/swagger-ui-bundle.js'], (request, reply, next) => {
    request.url = request.url.slice('/api/docs'.length)
    files(request, reply, next)
  })
}
