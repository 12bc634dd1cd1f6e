import type { AriEvent } from '../../src/asterisk/ari-event.ts'
import { makeHangUps } from '../../src/asterisk/hang-ups.ts'

/** The dialplan's global variables, and what its [gone] does to them. */
function openSwitch() {
  const globals = new Map<string, string>()
  let refuses = false
  let reads = 0
  const value = (name: string) => globals.get(name) ?? ''
  return {
    globals,
    /** The callers of these numbers hang up. */
    hangUp(...numbers: number[]) {
      for (const number of numbers) {
        const count = String(Number(value('GONE')))
        const name = `GONE-${count.slice(0, -1)}`
        globals.set(
          name,
          `${value(name)}1.${number}/first-1255/16/1700000001000/900-17000000000${number}/0700${number}|`,
        )
        globals.set('GONE', String(Number(count) + 1))
      }
    },
    refuse(does: boolean) {
      refuses = does
    },
    get reads() {
      return reads
    },
    ari: {
      async global(name: string) {
        reads += 1
        if (refuses) throw new Error('not connected')
        return value(name)
      },
      async setGlobal(name: string, to?: string) {
        if (to === undefined) globals.delete(name)
        else globals.set(name, to)
      },
    },
  }
}

function listen(line: ReturnType<typeof openSwitch>) {
  const told: AriEvent[] = []
  const hangUps = makeHangUps(line.ari, (event) => told.push(event))
  /** Of the callers that were told of since it was asked last. */
  const fresh = () => told.splice(0).map((event) => Number('channel' in event && event.channel.id.slice(2)))
  return { told, hangUps, fresh }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

test('is told as if it had been an event', async () => {
  const line = openSwitch()
  const { told, hangUps } = listen(line)
  line.hangUp(55)
  await hangUps.look()
  expect(told).toEqual([
    {
      type: 'StasisStart',
      channel: { id: '1.55', caller: { number: '070055' }, dialplan: { context: 'first-1255' } },
      args: ['gone', '16', '1700000001000', '900-1700000000055'],
    },
  ])
})

test('each is told once and in order, however they fall', async () => {
  const line = openSwitch()
  const { hangUps, fresh } = listen(line)
  for (const [from, to] of [
    [0, 3],
    [3, 3],
    [3, 10],
    [10, 11],
    [11, 47],
    [47, 100],
    [100, 131],
  ] as const) {
    line.hangUp(...range(from, to))
    await Promise.all([hangUps.look(), hangUps.look()])
    expect(fresh()).toEqual(range(from, to))
  }
})

test('costs one question where nobody has hung up', async () => {
  const line = openSwitch()
  const { hangUps } = listen(line)
  line.hangUp(1)
  await hangUps.look()
  const before = line.reads
  await hangUps.look()
  expect(line.reads - before).toBe(1)
})

test('the switch is rid of what was told, but for the last, which may not be full', async () => {
  const line = openSwitch()
  const { hangUps } = listen(line)
  line.hangUp(...range(0, 25))
  await hangUps.look()
  line.hangUp(...range(25, 38))
  await hangUps.look()
  expect([...line.globals.keys()].sort()).toEqual(['GONE', 'GONE-3', 'GONE-TAKEN'])
})

test('one that could not be asked for is told the next time', async () => {
  const line = openSwitch()
  const { hangUps, fresh } = listen(line)
  line.hangUp(1, 2)
  line.refuse(true)
  await expect(hangUps.look()).rejects.toThrow('not connected')
  line.refuse(false)
  await hangUps.look()
  expect(fresh()).toEqual([1, 2])
})

test('who comes after us is not told what we were', async () => {
  const line = openSwitch()
  line.hangUp(...range(0, 13))
  await listen(line).hangUps.look()
  line.hangUp(13, 14)
  const { hangUps, fresh } = listen(line)
  await hangUps.look()
  expect(fresh()).toEqual([13, 14])
})

test('a switch that has begun anew is counted from its beginning', async () => {
  const line = openSwitch()
  const { hangUps, fresh } = listen(line)
  line.hangUp(...range(0, 20))
  await hangUps.look()
  fresh()
  line.globals.clear()
  line.hangUp(1, 2)
  await hangUps.look()
  expect(fresh()).toEqual([1, 2])
})
