import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { deferred } from '../deferred.ts'
import { UserError } from '../user-error.ts'
import { type MediaAnswer, parseSdp } from './sdp.ts'
import {
  formatSip,
  header,
  headersOf,
  parseSip,
  q850Of,
  type SipMessage,
  sequenceOf,
  tagOf,
  uriOf,
} from './sip-message.ts'

/** Where and as whom to call. */
export interface SipCall {
  readonly host: string
  readonly port: number
  /** Own address, for signalling and sound. */
  readonly localHost: string
  /** The number dialled. */
  readonly to: string
  /** The caller ID; undefined withholds it (RFC 3323). */
  readonly from: string | undefined
  /** Number in P-Asserted-Identity, as some operators send it (RFC 3325). */
  readonly assertedIdentity?: string | undefined
  /** The session description offered, and answered to every new offer. */
  readonly sdp: string
  /** Gets the far end's description each time it gives one. */
  readonly onMedia: (media: MediaAnswer) => void
}

/** How a call ended. `cause` is a Q.850 code, when the far end gave one. */
export type Ending =
  | { readonly by: 'refused'; readonly status: number; readonly cause: number | undefined }
  | { readonly by: 'line'; readonly cause: number | undefined }
  | { readonly by: 'caller' }

export interface SipDialog {
  /** When the call was answered (performance.now()), undefined if it ended before. */
  readonly answered: Promise<number | undefined>
  readonly ended: Promise<Ending>
  /** Cancels or ends the call; resolves when the far end knows, or after two seconds without its word. */
  hangUp(): Promise<void>
}

// RFC 3261, 17: retransmit after T1, then twice as late each time up to T2, for 64 times T1.
const t1 = 500
const t2 = 4000
const giveUpAfter = 64 * t1
const patienceAtTheEnd = 2000

const userAgent = 'dobush-caller'
const allowed = 'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO'

/**
 * Places one call over UDP and keeps its dialog: the client half of RFC 3261 as far as a telephone needs it. Everything
 * is sent to the address called, as to an outbound proxy. No registration, no credentials.
 * @throws UserError (in `answered` and `ended`) when nobody answers at the address
 */
export async function startSipCall(call: SipCall): Promise<SipDialog> {
  const socket = await connect(call)
  const { port: localPort } = socket.address()
  const here = `${call.localHost}:${localPort}`
  const contact = ['contact', `<sip:caller@${here}>`] as const
  const callId = `${token(8)}@${call.localHost}`
  const invited = `sip:${call.to}@${call.host}:${call.port}`
  const from = `${callerAddress(call, here)};tag=${token(6)}`
  const inviteBranch = branch()
  const answered = deferred<number | undefined>()
  const ended = deferred<Ending>()
  const sending = new Map<string, () => void>()
  let sequence = 1
  let state: 'calling' | 'ringing' | 'talking' | 'leaving' | 'ended' = 'calling'
  let remote = `<${invited}>`
  let target = invited
  let routes: (readonly [string, string])[] = []
  let ack: Buffer | undefined

  socket.on('message', (datagram) => {
    const message = parseSip(datagram)
    if (!message || header(message, 'call-id') !== callId) return
    if ('status' in message.first) onResponse(message, message.first.status)
    else onRequest(message, message.first.method)
  })
  socket.on('error', (error) => fail(error))

  send('invite', inviteMessage())

  function inviteMessage(): Buffer {
    const privacy = call.from === undefined ? [['privacy', 'id'] as const] : []
    const identity =
      call.assertedIdentity === undefined
        ? []
        : [['p-asserted-identity', `<sip:${call.assertedIdentity}@${here}>`] as const]
    return request('INVITE', invited, inviteBranch, 1, call.sdp, [contact, ...privacy, ...identity])
  }

  function request(
    method: string,
    uri: string,
    viaBranch: string,
    number: number,
    body = '',
    more: readonly (readonly [string, string])[] = [],
  ): Buffer {
    const type = body === '' ? [] : [['content-type', 'application/sdp'] as const]
    return formatSip({
      first: { method, uri },
      headers: [
        ['via', `SIP/2.0/UDP ${here};branch=${viaBranch};rport`],
        ['max-forwards', '70'],
        ...routes,
        ['from', from],
        ['to', remote],
        ['call-id', callId],
        ['cseq', `${number} ${method}`],
        ['user-agent', userAgent],
        ['allow', allowed],
        ...more,
        ...type,
      ],
      body,
    })
  }

  /** Sends a request until `heard(name)`. */
  function send(name: string, datagram: Buffer): void {
    let timer: NodeJS.Timeout
    const from = performance.now()
    const again = (after: number) => {
      timer = setTimeout(() => {
        if (performance.now() - from > giveUpAfter) return fail(new Error('no response'))
        socket.send(datagram)
        again(name === 'invite' ? after * 2 : Math.min(after * 2, t2))
      }, after)
    }
    socket.send(datagram)
    again(t1)
    sending.set(name, () => clearTimeout(timer))
  }

  function heard(name: string): void {
    sending.get(name)?.()
    sending.delete(name)
  }

  function onResponse(message: SipMessage, status: number): void {
    const { number, method } = sequenceOf(message)
    if (method === 'CANCEL') heard('cancel')
    if (method === 'BYE' && status >= 200) finish({ by: 'caller' })
    if (method !== 'INVITE' || number !== 1) return
    heard('invite')
    if (status < 200) onProgress(message)
    else if (status < 300) onAnswer(message)
    else onRefusal(message, status)
  }

  function onProgress(message: SipMessage): void {
    if (state === 'calling') state = 'ringing'
    else if (state === 'leaving' && !sending.has('cancel')) send('cancel', request('CANCEL', invited, inviteBranch, 1))
    takeMedia(message)
  }

  function onAnswer(message: SipMessage): void {
    if (!ack) {
      remote = header(message, 'to') ?? remote
      target = uriOf(header(message, 'contact')) ?? target
      routes = headersOf(message, 'record-route')
        .flatMap((value) => value.split(/,(?=\s*<)/))
        .reverse()
        .map((value) => ['route', value.trim()] as const)
      ack = request('ACK', target, branch(), 1)
    }
    socket.send(ack)
    if (state === 'leaving' && !sending.has('bye')) sendBye()
    if (state !== 'calling' && state !== 'ringing') return
    state = 'talking'
    takeMedia(message)
    answered.resolve(performance.now())
  }

  function onRefusal(message: SipMessage, status: number): void {
    // The ACK of a refusal belongs to the INVITE's own transaction: the same branch.
    remote = header(message, 'to') ?? remote
    socket.send(request('ACK', invited, inviteBranch, 1))
    finish(state === 'leaving' ? { by: 'caller' } : { by: 'refused', status, cause: q850Of(message) })
  }

  function onRequest(message: SipMessage, method: string): void {
    // Another leg's or an old call's request must not end this one.
    const isOurs = tagOf(header(message, 'to')) === tagOf(from)
    if (method === 'ACK') return
    if (!isOurs && method !== 'OPTIONS') reply(message, 481, 'No Such Call')
    else answer(message, method)
  }

  function answer(message: SipMessage, method: string): void {
    switch (method) {
      case 'BYE':
        reply(message, 200, 'OK')
        finish({ by: 'line', cause: q850Of(message) })
        break
      case 'INVITE':
      case 'UPDATE':
        takeMedia(message)
        // An INVITE without an offer gets ours, an UPDATE without one only keeps the call alive.
        reply(message, 200, 'OK', method === 'INVITE' || message.body !== '' ? call.sdp : '')
        break
      case 'OPTIONS':
      case 'INFO':
      case 'NOTIFY':
        reply(message, 200, 'OK')
        break
      case 'CANCEL':
        reply(message, 481, 'No Such Transaction')
        break
      default:
        reply(message, 405, 'Method Not Allowed')
    }
  }

  function takeMedia(message: SipMessage): void {
    const media = message.body === '' ? undefined : parseSdp(message.body)
    if (media) call.onMedia(media)
  }

  function reply(to: SipMessage, status: number, reason: string, body = ''): void {
    socket.send(response(to, status, reason, body))
  }

  function response(to: SipMessage, status: number, reason: string, body: string): Buffer {
    const copied = to.headers.filter(([name]) =>
      ['via', 'from', 'to', 'call-id', 'cseq', 'record-route'].includes(name),
    )
    const type = body === '' ? [] : [['content-type', 'application/sdp'] as const]
    const headers = [...copied, contact, ['allow', allowed] as const, ['user-agent', userAgent] as const, ...type]
    return formatSip({ first: { status, reason }, headers, body })
  }

  function sendBye(): void {
    sequence += 1
    const cause = ['reason', 'Q.850;cause=16;text="Normal call clearing"'] as const
    send('bye', request('BYE', target, branch(), sequence, '', [cause]))
  }

  function finish(ending: Ending): void {
    if (state === 'ended') return
    state = 'ended'
    for (const name of [...sending.keys()]) heard(name)
    answered.resolve(undefined)
    ended.resolve(ending)
    closeSoon(socket)
  }

  function fail(error: Error): void {
    if (state === 'ended') return
    const where = `${call.host}:${call.port}`
    const fault = new UserError(`Nobody answers the call at ${where} (UDP). Is the line running? Start it: npm start`, {
      cause: error,
    })
    answered.reject(fault)
    ended.reject(fault)
    finish({ by: 'caller' })
  }

  // Both are told of a failure; a caller that looks at one of them is told enough.
  answered.promise.catch(() => undefined)
  ended.promise.catch(() => undefined)

  return {
    answered: answered.promise,
    ended: ended.promise,
    async hangUp() {
      if (state === 'ended' || state === 'leaving') {
        await ended.promise
        return
      }
      const before = state
      state = 'leaving'
      if (before === 'talking') sendBye()
      // A CANCEL before the first response is not allowed (9.1): onProgress sends it then.
      else if (before === 'ringing') send('cancel', request('CANCEL', invited, inviteBranch, 1))
      const impatience = setTimeout(() => finish({ by: 'caller' }), patienceAtTheEnd)
      await ended.promise.finally(() => clearTimeout(impatience))
    },
  }
}

async function connect({ host, port, localHost }: SipCall): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    // Connected, so that only the switch is heard and a closed port is told at once.
    socket.bind(0, localHost, () => socket.connect(port, host, () => resolve()))
  })
  socket.removeAllListeners('error')
  return socket
}

/** The far end may not have heard our last word: the socket stays a little to say it again, without holding the process. */
function closeSoon(socket: Socket): void {
  socket.unref()
  setTimeout(() => socket.close(), t1 * 4).unref()
}

function callerAddress({ from }: SipCall, here: string): string {
  return from === undefined ? '"Anonymous" <sip:anonymous@anonymous.invalid>' : `<sip:${from}@${here}>`
}

function branch(): string {
  return `z9hG4bK${token(8)}`
}

function token(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
