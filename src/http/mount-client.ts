import { existsSync } from 'node:fs'
import { join } from 'node:path'
import express, { type Express } from 'express'

/**
 * The page itself, as Vite built it: files with a hash in their name never change; every other address that asks for a
 * page is a place in the one page there is.
 */
export function mountClient(app: Express, folder: string): void {
  const page = join(folder, 'index.html')
  app.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false }))
  app.use(express.static(folder, { index: false, dotfiles: 'ignore' }))
  app.get(/^(?!\/(api|assets)(\/|$)).*/, (request, reply, next) => {
    if (!request.accepts('html')) return next()
    if (!existsSync(page)) {
      return reply.status(503).type('text').send('The console is not built: run npm run build, then load this again.\n')
    }
    reply.set('cache-control', 'no-cache').sendFile(page)
  })
}
