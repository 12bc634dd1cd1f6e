import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { deferred } from '../../src/deferred.ts'

/** What a call to the switch looked like from outside. */
export interface RawCall {
  /** Resolves with the status of the final answer to INVITE. */
  readonly answered: Promise<number>
  /** Payload types offered in the answer, in order. */
  codecs(): number[]
  readonly rtp: Buffer[]
  /** Resolves with the first packet of RTP. */
  readonly firstRtp: Promise<Buffer>
  /** Resolves when the switch hangs up. */
  readonly hungUp: Promise<void>
  close(): void
}

/** Sends one INVITE by hand and listens: knows nothing of Asterisk, so that it sees what a trunk sees. */
export async function placeRawCall(
  port: number,
  number: string,
  payloads: readonly number[] = [8, 0, 9],
  from = '127.0.0.1',
): Promise<RawCall> {
  const [sip, media] = await Promise.all([openUdp(from), openUdp(from)])
  const here = `${from}:${sip.address().port}`
  const tag = Math.random().toString(36).slice(2)
  const callId = `${tag}@test`
  const body = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    `c=IN IP4 ${from}`,
    't=0 0',
    `m=audio ${media.address().port} RTP/AVP ${payloads.join(' ')} 101`,
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n')
  let to = `<sip:${number}@127.0.0.1>`
  const request = (method: string, cseq: number, content = '') =>
    [
      `${method} sip:${number}@127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${here};branch=z9hG4bK${tag}${method}${cseq}`,
      'Max-Forwards: 70',
      `From: <sip:0555123456@127.0.0.1>;tag=${tag}`,
      `To: ${to}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:${here}>`,
      ...(content ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${content.length}`,
      '',
      content,
    ].join('\r\n')
  const send = (text: string) => sip.send(text, port, '127.0.0.1')

  const rtp: Buffer[] = []
  const firstRtp = deferred<Buffer>()
  media.on('message', (packet) => {
    rtp.push(packet)
    firstRtp.resolve(packet)
  })
  let codecs: number[] = []
  const answered = deferred<number>()
  const hungUp = deferred<void>()
  sip.on('message', (data) => {
    const text = data.toString()
    if (text.startsWith('BYE')) {
      const kept = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line))
      send(['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n'))
      return hungUp.resolve()
    }
    const status = Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1])
    if (!/^CSeq: 1 INVITE/im.test(text) || !(status >= 200)) return
    to = /^To: (.*)\r$/im.exec(text)?.[1] ?? to
    codecs = (/^m=audio \d+ RTP\/AVP (.*)\r$/im.exec(text)?.[1] ?? '').split(' ').map(Number)
    send(request('ACK', 1))
    answered.resolve(status)
  })
  send(request('INVITE', 1, body))
  return {
    answered: answered.promise,
    codecs: () => codecs,
    rtp,
    firstRtp: firstRtp.promise,
    hungUp: hungUp.promise,
    close() {
      sip.close()
      media.close()
    },
  }
}

async function openUdp(host: string): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, host)
  await once(socket, 'listening')
  return socket
}
