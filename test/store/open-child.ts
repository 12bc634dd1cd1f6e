import { openHotline } from '../../src/store/database.ts'

async function open(file: string): Promise<void> {
  const hotline = await openHotline(file)
  const calls = await hotline.selectFrom('call').selectAll().execute()
  process.stdout.write(`${calls.length} calls\n`)
  await hotline.destroy()
  // Not said where nothing keeps the process alive until the thread has ended.
  process.stdout.write('closed\n')
}

open(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? `${error.stack} ${error.cause}` : error}\n`)
  process.exitCode = 1
})
