import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Station } from '../../src/domain/station.ts'
import {
  applyEdits,
  confirmEdits,
  describeEdits,
  type EditGround,
  editStation,
  editsFile,
  type NewEdit,
  readEdits,
  type StationEdit,
  withdrawEdit,
} from '../../src/register/edits.ts'
import { readJournal } from '../../src/register/journal.ts'
import { UserError } from '../../src/user-error.ts'

const children: ChildProcess[] = []
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dobush-edits-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const station = (number: string, ru = `Село ${number}`): Station => ({ number, address: { ky: `Айыл ${number}`, ru } })
const stations = ['1101', '1102', '1103', '7087'].map((number) => station(number))
const without = (number: string) => stations.filter((one) => one.number !== number)
const withStation = (changed: Station) => stations.map((one) => (one.number === changed.number ? changed : one))
const [first, second, third, fourth] = ['s-1', 's-2', 's-3', 's-4'] as const
const signed = { by: 'Айгүл Осмонова', reason: 'the school is being repaired' }
const moved = { ky: 'Жаңы мектеп', ru: 'Новая школа' }
const elsewhere = { ky: 'Клуб', ru: 'Клуб' }
const at = new Date('2026-11-22T03:00:00Z')

function edit(change: Omit<NewEdit, 'by' | 'reason'>, ground: Partial<EditGround> = {}): Promise<StationEdit> {
  return editStation(
    folder,
    { ...signed, ...change },
    { snapshot: first, stations, ensureClips: async () => {}, now: at, ...ground },
  )
}

/** What a caller of a station hears with a snapshot. */
function spoken(number: string, snapshot: string = first, listed: readonly Station[] = stations) {
  const now = applyEdits(listed, readEdits(folder), snapshot).get(Number(number))
  return now && { kind: now.kind, number: now.station.number, ru: now.station.address.ru }
}

const asListed = (number: string) => ({ kind: 'open', number, ru: `Село ${number}` })
const asMoved = { kind: 'open', number: '1101', ru: 'Новая школа' }

describe('an edit', () => {
  test('of an address counts at once, for this station alone, and is on disk for its owner alone', async () => {
    expect(readEdits(folder)).toEqual([])
    expect(spoken('1101')).toEqual(asListed('1101'))
    const made = await edit({ station: '1101', address: { ky: '  Жаѳы мектеп ', ru: 'Новая\u00a0 школа\n' } })
    expect(made).toEqual({
      ...signed,
      station: '1101',
      address: { ky: 'Жаөы мектеп', ru: 'Новая школа' },
      at: '2026-11-22T03:00:00.000Z',
      madeOn: first,
      was: station('1101').address,
    })
    expect(readEdits(folder)).toEqual([made])
    expect(spoken('1101')).toEqual(asMoved)
    expect(spoken('1102')).toEqual(asListed('1102'))
    expect(statSync(editsFile(folder)).mode & 0o777).toBe(0o600)
  })

  test('of a station the source gives no address mends it', async () => {
    const bare: Station = { number: '1101', address: { ky: '', ru: '' } }
    await edit({ station: '1101', address: moved }, { stations: withStation(bare) })
    expect(spoken('1101', first, withStation(bare))).toEqual(asMoved)
  })

  test('is spoken for before it is made: its clips first, and without them no edit', async () => {
    const asked: (readonly Station[])[] = []
    const ensureClips = async (changed: readonly Station[]) => {
      asked.push(changed)
      expect(readEdits(folder)).toEqual([])
      throw new Error('the voice is broken')
    }
    await expect(edit({ station: '1101', address: moved }, { ensureClips })).rejects.toThrow('the voice is broken')
    expect(asked).toEqual([[{ number: '1101', address: moved }]])
    expect(readEdits(folder)).toEqual([])
    expect(await readJournal(folder)).toEqual([])
  })

  test('asks for the clips of where the voters go, as it is spoken now', async () => {
    await edit({ station: '1102', address: moved })
    let asked: readonly Station[] = []
    await edit(
      { station: '1101', closed: { instead: '1102' } },
      {
        ensureClips: async (changed) => {
          asked = changed
        },
      },
    )
    expect(asked).toContainEqual({ number: '1102', address: moved })
  })

  test('is in the journal with who, why and what', async () => {
    await edit({ station: '1101', address: moved, closed: {} })
    await withdrawEdit(folder, '1101', 'Бакыт', 'a mistake', at)
    const common = { at: at.toISOString(), station: '1101' }
    expect(await readJournal(folder)).toEqual([
      {
        ...{ ...common, ...signed, what: 'edit-station', snapshot: first },
        detail: 'the address is «Жаңы мектеп» / «Новая школа»; closed, with none in its place',
      },
      {
        ...{ ...common, by: 'Бакыт', reason: 'a mistake', what: 'withdraw-edit' },
        detail: expect.stringContaining('«Новая школа» (Айгүл Осмонова, 2026-11-22 03:00 UTC: the school'),
      },
    ])
  })

  test('takes the place of the earlier one of its kind; an address and a closing stand together', async () => {
    await edit({ station: '1101', address: moved })
    await edit({ station: '1101', closed: {} })
    await edit({ station: '1102', address: moved })
    await edit({ station: '1101', address: elsewhere })
    await edit({ station: '1101', closed: { instead: '1103' } })
    expect(readEdits(folder).map(({ station, address, closed }) => [station, address?.ru ?? closed])).toEqual([
      ['1102', 'Новая школа'],
      ['1101', 'Клуб'],
      ['1101', { instead: '1103' }],
    ])
  })

  test('remembers what the source said, also when it is made over an earlier one', async () => {
    await edit({ station: '1101', address: moved })
    const edited = withStation({ number: '1101', address: moved })
    for (const given of [stations, edited]) {
      const made = await edit({ station: '1101', address: elsewhere }, { stations: given })
      expect(made.was).toEqual(station('1101').address)
      await edit({ station: '1101', address: moved })
    }
  })

  test.each<[string, Omit<NewEdit, 'by' | 'reason'>, string]>([
    ['a station that is not in the list', { station: '1199', closed: {} }, '"1199" is not in the active list'],
    ['a station that is no number', { station: '../x', closed: {} }, '"../x" is not in the active list'],
    ['nothing', { station: '1101' }, 'Nothing was said of station 1101'],
    ['an empty address', { station: '1101', address: { ky: ' \u200b', ru: 'Школа' } }, 'in ky is not Cyrillic text'],
    ['an address of digits', { station: '1101', address: { ky: 'Мектеп', ru: '54' } }, 'in ru is not Cyrillic text'],
    [
      'a garbled address',
      { station: '1101', address: { ky: 'Мектеп', ru: 'Шк\ufffdла' } },
      'in ru is not Cyrillic text',
    ],
    ['itself instead', { station: '1101', closed: { instead: '1101' } }, "can't stand in for itself"],
    ['nowhere instead', { station: '1101', closed: { instead: '1199' } }, '"1199" is not in the active list'],
    ['a closed one instead', { station: '1101', closed: { instead: '7087' } }, 'Station 7087 is closed itself'],
  ])('is refused with %s, and nothing changes', async (_what, change, sentence) => {
    await edit({ station: '7087', closed: {} })
    const before = readEdits(folder)
    const refused = edit(change)
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(sentence)
    expect(readEdits(folder)).toEqual(before)
    expect(await readJournal(folder)).toHaveLength(1)
  })

  test.each([
    ['a name', { by: 'x', reason: 'why' }],
    ['a reason', { by: 'Асан', reason: ' ' }],
  ])('is refused without %s, and so is a withdrawal', async (_what, { by, reason }) => {
    await edit({ station: '1101', closed: {} })
    const ground = { snapshot: first, stations, ensureClips: async () => {}, now: at }
    const refused = editStation(folder, { station: '1102', closed: {}, by, reason }, ground)
    await expect(refused).rejects.toThrow(UserError)
    await expect(withdrawEdit(folder, '1101', by, reason, at)).rejects.toThrow(UserError)
    expect(readEdits(folder)).toHaveLength(1)
  })
})

describe('a closing', () => {
  test('with none in its place is told as such', async () => {
    await edit({ station: '1101', closed: {} })
    expect(spoken('1101')).toEqual({ kind: 'closed', number: '1101', ru: 'Село 1101' })
  })

  test('sends voters where they go now, with that station’s address of now', async () => {
    await edit({ station: '1101', closed: { instead: '1102' } })
    await edit({ station: '1102', address: moved })
    expect(spoken('1101')).toEqual({ kind: 'moved', number: '1102', ru: 'Новая школа' })
    expect(spoken('1102')).toEqual({ kind: 'open', number: '1102', ru: 'Новая школа' })
  })

  test('is followed through the next closing, to its end', async () => {
    await edit({ station: '1101', closed: { instead: '1102' } })
    await edit({ station: '1102', closed: { instead: '1103' } })
    expect(spoken('1101')).toEqual({ kind: 'moved', number: '1103', ru: 'Село 1103' })
    await edit({ station: '1103', closed: {} })
    expect(spoken('1101')).toEqual({ kind: 'closed', number: '1101', ru: 'Село 1101' })
    expect(spoken('1102')).toMatchObject({ kind: 'closed', number: '1102' })
  })

  test('can not be made a circle', async () => {
    await edit({ station: '1101', closed: { instead: '1102' } })
    await edit({ station: '1102', closed: { instead: '1103' } })
    for (const instead of ['1101', '1102']) {
      await expect(edit({ station: '1103', closed: { instead } })).rejects.toThrow('is closed itself')
    }
  })

  test('that leads in a circle all the same, by edits of different snapshots, leads nowhere', async () => {
    await edit({ station: '1101', closed: { instead: '1102' } })
    await confirmEdits(folder, second, without('1101'))
    await edit({ station: '1102', closed: { instead: '1101' } }, { snapshot: third })
    expect(spoken('1102', third)).toMatchObject({ kind: 'moved', number: '1101' })
    expect(spoken('1101', first)).toMatchObject({ kind: 'closed', number: '1101' })
    expect(spoken('1102', first)).toMatchObject({ kind: 'closed', number: '1102' })
  })

  test('towards a station the list then drops is told as closed, never as that station', async () => {
    await edit({ station: '1101', closed: { instead: '1102' } })
    expect(spoken('1101', second, without('1102'))).toMatchObject({ kind: 'closed', number: '1101' })
    expect(spoken('1102', second, without('1102'))).toBeUndefined()
  })

  test('still knows where voters went when the source drops the station in between', async () => {
    await edit({ station: '1101', closed: { instead: '1102' } })
    await edit({ station: '1102', closed: { instead: '1103' } })
    await confirmEdits(folder, second, without('1102'))
    expect(spoken('1101', second, without('1102'))).toMatchObject({ kind: 'moved', number: '1103' })
  })
})

describe('the next snapshot', () => {
  test('does not undo an edit until its source says the same; then the source counts', async () => {
    await edit({ station: '1101', address: moved })
    expect(await confirmEdits(folder, second, stations)).toEqual([
      'Station 1101: the address is «Жаңы мектеп» / «Новая школа» ' +
        '(Айгүл Осмонова, 2026-11-22 03:00 UTC: the school is being repaired).',
    ])
    expect(spoken('1101', second)).toEqual(asMoved)

    const agreeing = withStation({ number: '1101', address: { ky: ' Жаӊы  мектеп', ru: 'Новая школа' } })
    expect(await confirmEdits(folder, third, agreeing)).toEqual([
      expect.stringContaining('The source now says the same'),
    ])
    expect(readEdits(folder)).toMatchObject([{ confirmedBy: third }])

    const later = withStation(station('1101', 'Третья школа'))
    expect(await confirmEdits(folder, fourth, later)).toEqual([])
    expect(spoken('1101', fourth, later)).toEqual({ kind: 'open', number: '1101', ru: 'Третья школа' })
  })

  test('that says otherwise in one language does not agree', async () => {
    await edit({ station: '1101', address: moved })
    const half = withStation({ number: '1101', address: { ...moved, ky: 'Эски мектеп' } })
    await confirmEdits(folder, second, half)
    expect(spoken('1101', second, half)).toEqual(asMoved)
  })

  test('going back to a list from before the source agreed brings the edit back', async () => {
    await edit({ station: '1101', address: moved })
    await edit({ station: '1102', closed: { instead: '1103' } })
    const agreeing = withStation({ number: '1101', address: moved }).filter(({ number }) => number !== '1102')
    await confirmEdits(folder, second, agreeing)
    await confirmEdits(folder, first, stations)
    expect(spoken('1101', first)).toEqual(asMoved)
    expect(spoken('1102', first)).toMatchObject({ kind: 'moved', number: '1103' })
  })

  test('going back to an old list that happens to say the same does not end the edit', async () => {
    await edit({ station: '1101', address: moved }, { snapshot: second })
    await confirmEdits(folder, first, withStation({ number: '1101', address: moved }))
    expect(spoken('1101', third)).toEqual(asMoved)
  })

  test('confirms a closing by no longer having the station, and nothing else', async () => {
    await edit({ station: '1101', closed: {} })
    await confirmEdits(folder, second, withStation(station('1101', 'Новое место')))
    expect(readEdits(folder)[0]?.confirmedBy).toBeUndefined()
    expect(await confirmEdits(folder, third, without('1101'))).toEqual([
      expect.stringMatching(/^Station 1101: closed.*The source now says the same/),
    ])
    expect(spoken('1101', fourth)).toEqual(asListed('1101'))
  })

  test('confirms the address without the closing that stands beside it', async () => {
    await edit({ station: '1101', address: moved, closed: {} })
    const agreeing = withStation({ number: '1101', address: moved })
    await confirmEdits(folder, second, agreeing)
    expect(readEdits(folder).map(({ confirmedBy }) => confirmedBy)).toEqual([second, undefined])
    expect(spoken('1101', second, agreeing)).toMatchObject({ kind: 'closed' })
  })

  test.each([
    ['an address', { address: moved }],
    ['a closing', { closed: {} }],
  ])('that says something new beside %s is told of, and the edit counts', async (_what, change) => {
    await edit({ station: '1101', ...change })
    const changed = withStation(station('1101', 'Третья школа'))
    const before = spoken('1101', first)
    expect(await confirmEdits(folder, second, changed)).toEqual([
      expect.stringContaining('The source changed station 1101 to something else than the edit: «Айыл 1101» / «Третья'),
    ])
    expect(spoken('1101', second, changed)?.kind).toBe(before?.kind)
  })

  test('is described before it is active just as it is told of afterwards, and nothing is written', async () => {
    await edit({ station: '1101', address: moved })
    await edit({ station: '1102', closed: { instead: '1103' } })
    await edit({ station: '1103', address: moved })
    await edit({ station: '7087', address: moved })
    const next = [station('1101', 'Третья школа'), { number: '1103', address: moved }]
    const before = readEdits(folder)
    const described = describeEdits(before, second, next)
    expect(readEdits(folder)).toEqual(before)
    expect(await confirmEdits(folder, second, next)).toEqual(described)
    expect(await confirmEdits(folder, second, next)).toEqual(described)
    expect(described).toHaveLength(4)
    expect(described[3]).toContain('The station is not in this list.')
  })
})

describe('a withdrawal', () => {
  test('gives the source its word back, for that station alone', async () => {
    await edit({ station: '1101', address: moved, closed: {} })
    await edit({ station: '1102', closed: {} })
    let left: readonly StationEdit[] = []
    const withdrawn = await withdrawEdit(folder, '1101', 'Бакыт', 'a mistake', at, async (edits) => {
      left = edits
      expect(readEdits(folder)).toHaveLength(3)
    })
    expect(withdrawn).toHaveLength(2)
    expect(readEdits(folder)).toEqual(left)
    expect(spoken('1101')).toEqual(asListed('1101'))
    expect(spoken('1102')).toMatchObject({ kind: 'closed' })
  })

  test('takes back what is not confirmed, and only then what older snapshots go by', async () => {
    await edit({ station: '1101', address: moved })
    await confirmEdits(folder, second, withStation({ number: '1101', address: moved }))
    await edit({ station: '1101', address: elsewhere }, { snapshot: second })
    expect(spoken('1101', first)).toMatchObject({ ru: 'Клуб' })
    await withdrawEdit(folder, '1101', 'Бакыт', 'a mistake', at)
    expect(spoken('1101', first)).toEqual(asMoved)
    await withdrawEdit(folder, '1101', 'Бакыт', 'a mistake', at)
    expect(spoken('1101', first)).toEqual(asListed('1101'))
  })

  test('of what is not edited names what is', async () => {
    await expect(withdrawEdit(folder, '1101', 'Бакыт', 'a mistake', at)).rejects.toThrow('No station is.')
    await edit({ station: '1102', closed: {} })
    await expect(withdrawEdit(folder, '1101', 'Бакыт', 'a mistake', at)).rejects.toThrow('Edited are 1102.')
    expect(await readJournal(folder)).toHaveLength(1)
  })
})

describe('the file', () => {
  test('cut off at any byte is called damaged, never read as fewer edits', async () => {
    await edit({ station: '1101', address: moved })
    await edit({ station: '1102', closed: {} })
    // The last byte ends the line and is no part of the list.
    for (let size = statSync(editsFile(folder)).size - 2; size >= 0; size--) {
      truncateSync(editsFile(folder), size)
      expect(() => readEdits(folder)).toThrow(UserError)
    }
  })

  test.each(['{}', '[{"station":"1101"}]', '[null]', 'null', ''])(
    '%j is damaged, and no edit goes over it',
    async (text) => {
      writeFileSync(editsFile(folder), text)
      expect(() => readEdits(folder)).toThrow(`${editsFile(folder)} is damaged`)
      await expect(edit({ station: '1101', closed: {} })).rejects.toThrow('is damaged')
      await expect(confirmEdits(folder, second, stations)).rejects.toThrow('is damaged')
      expect(statSync(editsFile(folder)).size).toBe(text.length)
    },
  )
})

describe('processes that edit at the same time', () => {
  function start(by: string, from: number, to: number) {
    const files = ['run-ts.cjs', 'edit-child.ts'].map((name) => join(__dirname, name))
    const child = spawn(process.execPath, [...files, folder, by, String(from), String(to)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    return child
  }

  test('lose none of each other’s edits', async () => {
    const exits = await Promise.all([
      once(start('Айгүл', 1101, 1115), 'exit'),
      once(start('Бакыт', 2101, 2115), 'exit'),
      ...Array.from({ length: 3 }, (_, n) => edit({ station: stations[n]?.number ?? '', closed: {} })),
    ])
    expect(exits.slice(0, 2)).toEqual([
      [0, null],
      [0, null],
    ])
    expect(readEdits(folder)).toHaveLength(33)
    expect(await readJournal(folder)).toHaveLength(33)
  })

  test.each([1, 3, 7])(
    'one killed with kill -9 after its edit %i leaves all it said was done, and no lock',
    async (nth) => {
      const child = start('Айгүл', 1101, 1150)
      const exited = once(child, 'exit')
      const said: string[] = []
      for await (const line of createInterface({ input: child.stdout })) {
        said.push(line)
        if (said.length === nth) child.kill('SIGKILL')
      }
      expect(await exited).toEqual([null, 'SIGKILL'])
      const kept = readEdits(folder).map((one) => one.station)
      expect(kept.slice(0, said.length)).toEqual(said)
      await edit({ station: '7087', closed: {} })
      expect(readEdits(folder)).toHaveLength(kept.length + 1)
      const told = (await readJournal(folder)).map((one) => one.station)
      expect(told).toEqual(expect.arrayContaining(kept))
      expect(readdirSync(folder).filter((name) => name.endsWith('-journal'))).toEqual([])
    },
  )
})
