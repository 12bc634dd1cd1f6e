// Accepts one request, says its reference, and lives on until it is killed or its input ends.
import { join } from 'node:path'
import { openHotline } from '../../src/store/database.ts'
import { callbacksOf } from './callbacks.ts'
import { requestIn } from './scratch.ts'

async function accept(folder: string): Promise<void> {
  const hotline = await openHotline(join(folder, 'hotline.db'))
  const callbacks = await callbacksOf(hotline, folder)
  const request = requestIn(folder)
  process.stdout.write('ready\n')
  // A line on the input is the starting shot: processes that race must all be loaded first.
  await new Promise((resolve) => process.stdin.once('data', resolve))
  const reference = await callbacks.accept(request)
  process.stdout.write(`${reference}\n`)
}

accept(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
  process.exitCode = 1
  process.stdin.destroy()
})
