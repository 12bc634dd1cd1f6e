import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'

/** A telephone line of a few lines, to test the caller against: it answers, plays bytes and notes the keys. */
export interface PeerOptions {
  readonly payloadType?: number
  /** Answers with this status instead. */
  readonly refuse?: number
  /** Rings and never answers. */
  readonly ringOnly?: boolean
  /** Does not react to the first so many INVITEs. */
  readonly deafTo?: number
}

export interface PressedKey {
  readonly code: number
  readonly ticks: number
  readonly markers: number
  readonly ends: number
}

export interface Peer {
  readonly port: number
  /** Requests received, in order: the first line and the headers. */
  readonly requests: readonly string[]
  /** Responses received to the peer's own requests. */
  readonly responses: readonly string[]
  keys(): PressedKey[]
  /** Payloads of the caller's voice, joined. */
  voice(): Uint8Array
  /** Sends bytes as packets of 20 ms, ten times as fast as a real line; `drop` loses the nth. */
  play(bytes: Uint8Array, drop?: (packet: number) => boolean): Promise<void>
  /** Lets time pass on the RTP clock without sending. */
  skip(ms: number): void
  /** Sends a request in the dialog. */
  request(method: string, headers?: string, body?: string): void
  /** Resolves once `condition` holds, looked at whenever something arrives. */
  until(condition: () => boolean): Promise<void>
  close(): void
}

const packetTicks = 160

export async function startPeer(options: PeerOptions = {}): Promise<Peer> {
  const { payloadType = 8 } = options
  const [sip, rtp] = await Promise.all([open(), open()])
  const requests: string[] = []
  const responses: string[] = []
  const events = new Map<number, { code: number; ticks: number; markers: number; ends: number }>()
  const voice: Buffer[] = []
  const waiting = new Set<() => void>()
  let invite = ''
  let far: RemoteInfo | undefined
  let sound: { host: string; port: number } | undefined
  let deaf = options.deafTo ?? 0
  let number = 100
  let sequence = 65_530 // wraps during the test
  let timestamp = 0xffff_fff0

  const changed = () => {
    for (const look of [...waiting]) look()
  }
  const say = (text: string) => far && sip.send(text.replace(/\n/g, '\r\n'), far.port, far.address)
  const copied = (text: string) => pick(text, /^(Via|From|Call-ID|CSeq):.*$/gim).join('\n')
  const toWithTag = (text: string) => {
    const to = pick(text, /^To:.*$/im)[0] ?? ''
    return to.includes('tag=') ? to : `${to};tag=peer`
  }
  const sdp = () =>
    `v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio ${rtp.address().port} RTP/AVP ${payloadType} 101\na=rtpmap:101 telephone-event/8000\n`
  const answer = (text: string, status: string, more = '', body = '') => {
    const type = body ? 'Content-Type: application/sdp\n' : ''
    say(
      `SIP/2.0 ${status}\n${copied(text)}\n${toWithTag(text)}\n${more}${type}Content-Length: ${body.length}\n\n${body}`,
    )
  }

  function onInvite(text: string): void {
    if (deaf > 0) {
      deaf -= 1
      return
    }
    invite = text
    const audio = /m=audio (\d+)/.exec(text)
    sound = { host: '127.0.0.1', port: Number(audio?.[1]) }
    const contact = `Contact: <sip:peer@127.0.0.1:${sip.address().port}>\n`
    if (options.refuse) answer(text, `${options.refuse} No`, 'Reason: Q.850;cause=1;text="Unallocated"\n')
    else if (options.ringOnly) answer(text, '180 Ringing', contact)
    else answer(text, '200 OK', contact, sdp())
  }

  sip.on('message', (datagram, from) => {
    far = from
    const text = datagram.toString()
    if (text.startsWith('SIP/2.0')) responses.push(text)
    else requests.push(text)
    if (text.startsWith('INVITE')) onInvite(text)
    if (text.startsWith('BYE')) answer(text, '200 OK')
    if (text.startsWith('CANCEL')) {
      answer(text, '200 OK')
      answer(invite, '487 Request Terminated')
    }
    changed()
  })

  rtp.on('message', (packet) => {
    const type = packet.readUInt8(1) & 0x7f
    if (type === 101) {
      const at = packet.readUInt32BE(4)
      const key = events.get(at) ?? { code: packet.readUInt8(12), ticks: 0, markers: 0, ends: 0 }
      events.set(at, key)
      key.ticks = Math.max(key.ticks, packet.readUInt16BE(14))
      if (packet.readUInt8(1) & 0x80) key.markers += 1
      if (packet.readUInt8(13) & 0x80) key.ends += 1
    } else voice.push(packet.subarray(12))
    changed()
  })

  function sendSound(payload: Uint8Array): void {
    const header = Buffer.alloc(12)
    header[0] = 0x80
    header[1] = payloadType
    header.writeUInt16BE(sequence, 2)
    header.writeUInt32BE(timestamp, 4)
    header.writeUInt32BE(7, 8)
    if (sound) rtp.send(Buffer.concat([header, payload]), sound.port, sound.host)
  }

  return {
    port: sip.address().port,
    requests,
    responses,
    keys: () => [...events.values()],
    voice: () => new Uint8Array(Buffer.concat(voice)),
    play: (bytes, drop = () => false) =>
      new Promise((resolve) => {
        let start = 0
        const timer = setInterval(() => {
          const payload = bytes.subarray(start, start + packetTicks)
          if (payload.length > 0) {
            if (!drop(start / packetTicks)) sendSound(payload)
            sequence = (sequence + 1) & 0xffff
            timestamp = (timestamp + payload.length) >>> 0
            start += packetTicks
          }
          if (start < bytes.length) return
          clearInterval(timer)
          resolve()
        }, 2)
      }),
    skip(ms) {
      timestamp = (timestamp + ms * 8) >>> 0
    },
    request(method, headers = '', body = '') {
      number += 1
      const from = toWithTag(invite).replace(/^To/i, 'From')
      const to = (pick(invite, /^From:.*$/im)[0] ?? '').replace(/^From/i, 'To')
      const callId = pick(invite, /^Call-ID:.*$/im)[0]
      const type = body ? 'Content-Type: application/sdp\n' : ''
      const via = `Via: SIP/2.0/UDP 127.0.0.1:${sip.address().port};branch=z9hG4bKpeer${number}`
      say(
        `${method} sip:caller@127.0.0.1 SIP/2.0\n${via}\n${from}\n${to}\n${callId}\nCSeq: ${number} ${method}\n` +
          `${headers}${type}Content-Length: ${body.length}\n\n${body}`,
      )
    },
    until: (condition) =>
      new Promise((resolve) => {
        const look = () => {
          if (!condition()) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    close() {
      sip.close()
      rtp.close()
    },
  }
}

async function open(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket
}

function pick(text: string, pattern: RegExp): string[] {
  return [...(text.match(pattern) ?? [])].map((line) => line.replace(/\r/g, ''))
}
