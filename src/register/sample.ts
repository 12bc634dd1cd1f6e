import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { UserError } from '../user-error.ts'
import {
  kindergartens,
  namesakes,
  type SampleRegion,
  sampleRegions,
  streets,
  villages,
  type Words,
} from './sample-words.ts'

export interface SampleFiles {
  readonly votersCsv: string
  readonly stationsCsv: string
}

export interface SampleSize {
  readonly stations: number
  readonly voters: number
}

export const defaultSample: SampleSize = { stations: 200, voters: 20_000 }

// A number has three digits after the region's; Osh, the largest, then still has room.
const maxStations = 4000
const minStations = 9
// What an import takes.
const maxVoters = 16_000_000

/** Always there, so that a person and a test know whom to dial for. */
const known = [
  { pin: '20504198000123', station: 1101, status: 'listed', born: '1980-04-05' },
  { pin: '11503199200045', station: 7087, status: 'listed', born: '1992-03-15' },
  { pin: '21212197500042', station: 1101, status: 'no-biometry', born: '1975-12-12' },
] as const

const notice = `voters.csv and stations.csv here are synthetic: made by "dobush sample", nobody's data.
PINs, addresses and shares only have the shapes of real ones.
`

/**
 * Writes voters.csv, stations.csv and a README.txt that says they are invented. The same size gives the same bytes.
 * Everyone in it is at least 18 from 2025 on.
 * @param folder made when it is not there
 */
export async function writeSample(folder: string, size: SampleSize = defaultSample): Promise<SampleFiles> {
  between(size.stations, minStations, maxStations, 'stations')
  between(size.voters, known.length, maxVoters, 'voters')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'README.txt'), notice)
  const stations = stationNumbers(size.stations)
  const files = { votersCsv: join(folder, 'voters.csv'), stationsCsv: join(folder, 'stations.csv') }
  await writeLines(files.stationsCsv, stationLines(stations))
  await writeLines(files.votersCsv, voterLines(stations, size.voters))
  return files
}

function between(value: number, least: number, most: number, what: string): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UserError(`A sample has ${least} to ${most} ${what}. Choose a number between.`)
  }
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  const stream = createWriteStream(file, { mode: 0o600 })
  // Before the first write, so that a full disk is an answer and not an uncaught event.
  const done = finished(stream)
  done.catch(() => {})
  let batch = ''
  for (const line of lines) {
    batch += `${line}\n`
    if (batch.length < 65_536) continue
    if (!stream.write(batch)) await Promise.race([once(stream, 'drain'), done])
    batch = ''
  }
  stream.end(batch)
  await done
}

/** Every region gets its share and at least one; numbers are spread over the region's thousand. */
function stationNumbers(count: number): number[] {
  const counts = new Map(
    Object.entries(sampleRegions).map(([code, { share }]) => [code, 1 + Math.floor(share * (count - 9))]),
  )
  const spare = count - [...counts.values()].reduce((sum, each) => sum + each, 0)
  // What rounding leaves over goes to the largest.
  counts.set('5', (counts.get('5') ?? 0) + spare)
  return [...counts].flatMap(([code, share]) => {
    const step = Math.floor(999 / share)
    const numbers = Array.from({ length: share }, (_, k) => Number(code) * 1000 + 1 + k * step)
    for (const { station } of known) {
      if (Math.floor(station / 1000) !== Number(code) || numbers.includes(station)) continue
      const at = Math.min(numbers.length - 1, Math.round(((station % 1000) - 1) / step))
      numbers[at] = station
    }
    return numbers
  })
}

function* stationLines(numbers: readonly number[]): Generator<string> {
  yield 'number,region,address_ky,address_ru,source'
  let place = 0
  let region = 0
  for (const number of numbers) {
    const code = Math.floor(number / 1000)
    place = code === region ? place + 1 : 0
    region = code
    const address = addressOf(code, place)
    yield [number, code, quoted(address.ky), quoted(address.ru), 'synthetic'].join(',')
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** The address of the n-th place of a region, n from 0. */
function addressOf(code: number, n: number): Words {
  const region = sampleRegions[code]
  if (!region) throw new RangeError(`There is no region ${code}.`)
  if (code === 9) return abroad(region, n)
  // So that two regions don't begin with the same street and school.
  const variety = n + code * 17
  // Two places in three are villages, where there are any.
  const village = region.districts.length > 0 && n % 3 !== 0
  return village
    ? inVillage(region, n - Math.floor(n / 3) - 1, variety)
    : inTown(region, region.districts.length > 0 ? Math.floor(n / 3) : n, variety)
}

function abroad({ towns }: SampleRegion, n: number): Words {
  const town = pick(towns, n)
  const hall = 1 + Math.floor(n / towns.length)
  return {
    ky: `${town.ky} шаары, Кыргыз Республикасынын өкүлчүлүгүнүн имараты, зал ${hall}`,
    ru: `город ${town.ru}, здание представительства Кыргызской Республики, зал ${hall}`,
  }
}

function inTown({ province, towns }: SampleRegion, n: number, variety: number): Words {
  const town = pick(towns, n)
  const street = pick(streets, variety * 7 + Math.floor(variety / 5))
  const house = 1 + ((variety * 37) % 181)
  const building = buildingOf(variety)
  return {
    ky: `${province && province.ky !== town.ky ? `${province.ky} облусунун ` : ''}${town.ky} шаары, ${street.ky} көчөсү, ${house}, ${building.ky}`,
    ru: `${province && province.ky !== town.ky ? `${province.ru} область, ` : ''}город ${town.ru}, улица ${street.ru}, ${house}, ${building.ru}`,
  }
}

function inVillage({ province, districts }: SampleRegion, n: number, variety: number): Words {
  const district = pick(districts, n)
  const village = pick(villages, Math.floor(n / districts.length) + n)
  const building = n % 6 === 5 ? pick(officesAndHalls, Math.floor(n / 6)) : buildingOf(variety)
  return {
    ky: `${province?.ky} облусунун ${district.ky} районунун ${village.ky} айылы, ${building.ky}`,
    ru: `${province?.ru} область, ${district.ru} район, село ${village.ru}, ${building.ru}`,
  }
}

const hall: Words = { ky: 'маданият үйүнүн имараты', ru: 'здание дома культуры' }
const office: Words = { ky: 'айыл өкмөтүнүн имараты', ru: 'здание айыл окмоту' }
const officesAndHalls = [office, hall]

function buildingOf(n: number): Words {
  const namesake = pick(namesakes, n * 3 + Math.floor(n / 11))
  const kindergarten = pick(kindergartens, n + Math.floor(n / 7))
  switch (n % 5) {
    case 1:
      return { ky: `"${kindergarten.ky}" бала бакчасынын имараты`, ru: `здание детского сада "${kindergarten.ru}"` }
    case 3:
      return hall
    default:
      return {
        ky: `${namesake.ky} атындагы орто мектептин имараты`,
        ru: `здание средней школы имени ${namesake.ru}`,
      }
  }
}

function pick<T>(list: readonly T[], n: number): T {
  const item = list[Math.floor(n) % list.length]
  if (item === undefined) throw new RangeError('There is nothing to pick from.')
  return item
}

function* voterLines(stations: readonly number[], count: number): Generator<string> {
  yield 'pin,station,status,birth_date'
  for (const { pin, station, status, born } of known) yield `${pin},${station},${status},${born}`
  const births = birthdays()
  for (let i = 0; i < count - known.length; i += 1) {
    // Mixing spreads neighbours in the list over birthdays and stations, as in a list sorted by name.
    const slot = (i * 7919) % (births.length * 2)
    const birth = births[slot >>> 1]
    if (!birth) throw new RangeError(`There is no birthday ${slot}.`)
    // Below 200 are the known ones; 99999 is left for the PIN that is never listed.
    const serial = 200 + ((Math.floor(i / (births.length * 2)) * 613 + slot * 31) % 99_000)
    const station = stations[mixed(i) % stations.length]
    const status = mixed(i + 0x5bd1e995) % 200 === 0 ? 'no-biometry' : 'listed'
    yield `${(slot & 1) + 1}${birth.digits}${String(serial).padStart(5, '0')},${station},${status},${birth.date}`
  }
}

interface Birthday {
  /** DDMMYYYY; 00 for a day and month that nobody wrote down. */
  readonly digits: string
  /** ISO, or empty when it is not known. */
  readonly date: string
}

function birthdays(): Birthday[] {
  const births: Birthday[] = []
  for (let year = 1930; year < 1950; year += 1) births.push({ digits: `0000${year}`, date: '' })
  for (const day = new Date('1930-01-01'); day.getUTCFullYear() < 2007; day.setUTCDate(day.getUTCDate() + 1)) {
    const date = day.toISOString().slice(0, 10)
    births.push({ digits: `${date.slice(8)}${date.slice(5, 7)}${date.slice(0, 4)}`, date })
  }
  return births
}

/** Well-spread 32-bit numbers from consecutive ones (the finisher of MurmurHash3). */
function mixed(n: number): number {
  let hash = n | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
