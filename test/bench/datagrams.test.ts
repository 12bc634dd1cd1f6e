import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { openDatagrams } from '../../src/bench/datagrams.ts'

test('sends and receives more than goes into one system call, with the port and the time of each packet', async () => {
  const own = openDatagrams()
  const far = createSocket('udp4').bind(0, '127.0.0.1')
  await once(far, 'listening')
  const { port } = far.address()
  try {
    const back: Buffer[] = []
    const all = new Promise<void>((resolve) => {
      far.on('message', (packet, { port: from }) => {
        expect(from).toBe(own.port)
        back.push(Buffer.from(packet))
        if (back.length === 150) resolve()
      })
    })
    const packets = Array.from({ length: 150 }, (_, index) => Buffer.alloc(1 + index, index))
    const sentAt = performance.now()
    for (const packet of packets) own.queue(packet, port)
    own.flush()
    await all
    expect(back).toEqual(packets)

    for (const packet of packets) far.send(packet, own.port, '127.0.0.1')
    const received: Buffer[] = []
    const took: number[] = []
    while (received.length < 150) {
      own.receive((from, packet, at) => {
        expect(from).toBe(port)
        received.push(Buffer.from(packet))
        took.push(at - sentAt)
      })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(received).toEqual(packets)
    expect(Math.min(...took)).toBeGreaterThan(-5)
    expect(Math.max(...took)).toBeLessThan(performance.now() - sentAt + 5)
  } finally {
    own.close()
    far.close()
  }
})
