// A process that edits stations, one after the other: `edit-child.ts folder by first last`.
import { editStation } from '../../src/register/edits.ts'

const [folder = '', by = '', first = '', last = ''] = process.argv.slice(2)
const address = (number: string) => ({ ky: `Айыл ${number}`, ru: `Село ${number}` })
const numbers = Array.from({ length: Number(last) - Number(first) + 1 }, (_, n) => String(Number(first) + n))

async function editAll(): Promise<void> {
  const stations = numbers.map((number) => ({ number, address: address(number) }))
  for (const station of numbers) {
    await editStation(
      folder,
      { station, address: address(`${station}, жаңы`), by, reason: 'moved' },
      { snapshot: 's-1', stations, ensureClips: async () => {}, now: new Date() },
    )
    process.stdout.write(`${station}\n`)
  }
}

editAll().catch((error: unknown) => {
  process.stderr.write(`${error}\n`)
  process.exitCode = 1
})
