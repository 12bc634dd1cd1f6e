import { randomInt } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Pin, parsePin } from '../domain/pin.ts'
import { makeManifest } from '../register/edition/make-manifest.ts'
import { generateKey, signManifest } from '../register/edition/signing-keys.ts'
import { writeSample } from '../register/sample.ts'
import { runChild } from './children.ts'

/** A signed, synthetic edition of the voter list. */
export interface Edition {
  /** Holds voters.csv, stations.csv and manifest.json. */
  readonly folder: string
  readonly votersCsv: string
  /** File of the public key that signed. */
  readonly key: string
  readonly voters: number
}

/** A voter of the sample who is moved from one station to another between two editions. */
export const moved = { pin: '20504198000123', from: '1101', to: '7087' }

/** Writes an edition and signs it with a key made for it. */
export async function writeEdition(folder: string, size: { voters: number; stations: number }): Promise<Edition> {
  const { votersCsv } = await writeSample(folder, size)
  return sign({ folder, votersCsv, key: join(folder, 'bench.pub.json'), voters: size.voters }, 'first')
}

/** The same edition again, but for one voter, who is moved. */
export async function writeMovedEdition(folder: string, edition: Edition): Promise<Edition> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await copyFile(join(edition.folder, 'stations.csv'), join(folder, 'stations.csv'))
  const votersCsv = join(folder, 'voters.csv')
  let isFirst = true
  const move = new Transform({
    transform(chunk: Buffer, _, done) {
      // The voters who are always there come first.
      done(
        null,
        isFirst ? chunk.toString('latin1').replace(`${moved.pin},${moved.from}`, `${moved.pin},${moved.to}`) : chunk,
      )
      isFirst = false
    },
  })
  await pipeline(createReadStream(edition.votersCsv), move, createWriteStream(votersCsv, { mode: 0o600 }))
  return sign({ ...edition, folder, votersCsv, key: join(folder, 'bench.pub.json') }, 'second')
}

/** The same voters again, in the order of their PINs. */
export async function writeSortedEdition(folder: string, edition: Edition): Promise<Edition> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await copyFile(join(edition.folder, 'stations.csv'), join(folder, 'stations.csv'))
  const votersCsv = join(folder, 'voters.csv')
  // PINs are all of one length, so bytes sort them.
  const script = 'umask 077; { head -n 1 "$1"; tail -n +2 "$1" | LC_ALL=C sort; } >"$2"'
  await runChild('sh', ['-c', script, 'sh', edition.votersCsv, votersCsv], { withinSeconds: 300 })
  return sign({ ...edition, folder, votersCsv, key: join(folder, 'bench.pub.json') }, 'sorted')
}

async function sign(edition: Edition, id: string): Promise<Edition> {
  const { privatePem, publicKey } = generateKey({ name: 'benchmark', expires: '2999-12-31' })
  await writeFile(edition.key, JSON.stringify(publicKey))
  const asOf = new Date().toISOString()
  const manifest = await makeManifest({ folder: edition.folder, id, election: 'benchmark', asOf })
  await writeFile(join(edition.folder, 'manifest.json'), JSON.stringify(signManifest(manifest, privatePem)))
  return edition
}

export interface ListedVoter {
  readonly pin: Pin
  readonly station: string
}

/** So many voters, drawn from all that are listed, in random order. */
export async function drawVoters({ votersCsv, voters }: Edition, count: number): Promise<readonly ListedVoter[]> {
  const drawn: ListedVoter[] = []
  const share = Math.min(1, (count * 1.1) / voters)
  const file = createReadStream(votersCsv, { highWaterMark: 1 << 20 })
  for await (const line of createInterface({ input: file })) {
    if (share < 1 && Math.random() >= share) continue
    const [pinText = '', station = '', status] = line.split(',')
    const pin = parsePin(pinText)
    if (pin !== undefined && status === 'listed' && pinText !== moved.pin) drawn.push({ pin, station })
  }
  for (let last = drawn.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1)
    const [one, two] = [drawn[last], drawn[other]]
    if (one && two) [drawn[last], drawn[other]] = [two, one]
  }
  return drawn.slice(0, count)
}
