import { type Browser, chromium, type Page } from 'playwright-core'
import type { Config } from '../../src/config.ts'
import type { Progress } from '../../src/setup/progress.ts'
import { ensureChromium } from '../../src/setup/tools.ts'

const quiet: Progress = { update: () => undefined, done: () => undefined, warn: () => undefined }

/** A real Chromium without a window. */
export async function openChromium(config: Config): Promise<Browser> {
  const { file, args, env } = await ensureChromium(config, quiet)
  return chromium.launch({
    executablePath: file,
    // Its sandbox needs rights that neither root nor a container has.
    args: [...args, '--no-sandbox'],
    env: { ...process.env, ...env } as Record<string, string>,
  })
}

/**
 * What went wrong in a page without anybody seeing it: errors of its own, and whatever its content security policy
 * refused. Requests the server refuses are no such thing.
 */
export function faultsOf(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text())
  })
  return faults
}
