// A process that imports one list after another and activates each, until it is killed.
import { activate } from '../../src/register/active.ts'
import { importSnapshot } from '../../src/register/import.ts'

async function importForever(votersCsv: string, stationsCsv: string, folder: string): Promise<never> {
  for (;;) {
    const now = new Date()
    const { id } = await importSnapshot({ votersCsv, stationsCsv, folder, now }, ({ step }) => {
      process.stdout.write(`${step}\n`)
    })
    await activate(folder, id, async () => {}, { keep: 2, now })
    process.stdout.write('active\n')
  }
}

const [votersCsv = '', stationsCsv = '', folder = ''] = process.argv.slice(2)
importForever(votersCsv, stationsCsv, folder).catch((error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
