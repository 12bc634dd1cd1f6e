import { type Smsc, startSmsc } from '../../../src/bench/peers/smsc.ts'
import { loadConfig } from '../../../src/config.ts'
import { seeded } from '../../audio/seeded.ts'
import { until } from '../../switch/rig.ts'
import { bindTo, openTextLine, pins, type TextLine } from '../line.ts'
import { startCuttingProxy } from '../peers/cutting-proxy.ts'

const texts = 1500
const cuts = 100

test('the connection is cut a hundred times at any byte under load, and every text is answered once', async () => {
  const random = seeded(119)
  const smsc: Smsc = await startSmsc(loadConfig(() => new Date()))
  smsc.order({ do: 'set', window: 30 })
  // From within the bind to some hundred PDUs; after the last cut it holds.
  let connections = 0
  const proxy = await startCuttingProxy(
    smsc.port,
    () => {
      connections += 1
      return connections > cuts ? Number.POSITIVE_INFINITY : Math.ceil(10 ** (1 + random() * 3.3))
    },
    () => random() < 0.5,
  )
  let line: TextLine | undefined
  try {
    // Receipts stand behind the texts that wait at the SMSC.
    line = await openTextLine({ binds: [bindTo(proxy.port, { window: 30 })], doubtSeconds: 8 })
    const numbers = Array.from({ length: texts }, (_, index) => `996700${String(index).padStart(6, '0')}`)
    for (const [index, from] of numbers.entries()) {
      const pin = index % 2 === 0 ? pins.listed : pins.elsewhere
      smsc.order({ do: 'deliver', from, name: from, hex: Buffer.from(`PIN ${pin} gde`).toString('hex') })
    }
    // What counts for a handset, kept up with each event: the whole list would be gone through each time.
    const taken = new Map<string, Map<number, number>>()
    let looked = 0
    let whole = 0
    const countUp = () => {
      for (; looked < smsc.events.length; looked += 1) {
        const event = smsc.events[looked]
        if (event?.event !== 'submit' || event.status !== 0) continue
        const parts = taken.get(String(event.to)) ?? new Map<number, number>()
        taken.set(String(event.to), parts)
        const times = (parts.get(Number(event.part)) ?? 0) + 1
        parts.set(Number(event.part), times)
        if (times === 1 && parts.size === event.parts) whole += 1
      }
    }
    await smsc.when(() => {
      countUp()
      return whole === texts && proxy.cuts >= cuts
    }, 240_000)
    await smsc.when(() => smsc.named('acknowledged').length === texts)
    // A second answer would come when doubts are settled: until the last is.
    const opened = line
    await until(
      async () => !(await opened.listed()).some(({ sending }) => sending && sending.state !== 'delivered'),
      60_000,
    )
    countUp()

    const wrong = numbers.filter((number, index) => {
      const station = index % 2 === 0 ? '№1101' : '№7087'
      const got = smsc.handset(number)
      return got.length !== 1 || !got[0]?.includes(station)
    })
    expect(wrong).toEqual([])
    const twice = [...taken].filter(([, parts]) => [...parts.values()].some((times) => times > 1))
    expect(twice.map(([number]) => number)).toEqual([])
    expect(proxy.cuts).toBeGreaterThanOrEqual(cuts)
    const listed = await opened.listed()
    expect(listed.filter(({ direction }) => direction === 'in')).toHaveLength(texts)
  } finally {
    await line?.close()
    await proxy.close()
    await smsc.close()
  }
}, 400_000)
