import { readFileSync } from 'node:fs'
import { connect as connectTcp, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { deferred } from '../../deferred.ts'
import {
  decodePdu,
  encodePdu,
  type FieldsOf,
  isResponse,
  makeFrames,
  type Pdu,
  PduError,
  type PduNamed,
  status,
} from './pdu.ts'

/** The link is gone, or was given up. */
export class LinkError extends Error {
  override readonly name = 'LinkError'
  /** Whether the request had gone out: then it may have been done. */
  readonly asked: boolean

  constructor(message: string, asked: boolean) {
    super(message)
    this.asked = asked
  }
}

export interface LinkOptions {
  readonly host: string
  readonly port: number
  readonly tls: false | { readonly ca?: string; readonly serverName?: string }
  /** Milliseconds the other side has for an answer, and for the connection itself. */
  readonly answerMs: number
  /** After so many milliseconds without a byte from there, the link is tried. */
  readonly enquireMs: number
  /** Called for deliver_sm and data_sm; what it resolves to is the status of the answer. Must not reject. */
  readonly onMessage: (pdu: PduNamed<'deliver_sm' | 'data_sm'>) => Promise<number>
  /** What was wrong on the wire and did not end the link. */
  readonly onOddity: (what: string) => void
}

type RequestName = 'bind_transceiver' | 'bind_receiver' | 'bind_transmitter' | 'submit_sm' | 'enquire_link' | 'unbind'

/** An answer to a request, whatever its status; also a generic_nack. */
export interface Answer {
  readonly status: number
  /** Of a submit_sm_resp. */
  readonly messageId: string
}

/** One connection to an SMSC, SMPP's session without its policy. */
export interface Link {
  /** @throws LinkError when the link ends or the time is up before the answer, after which the link is ended, too */
  request<Name extends RequestName>(
    command: Name,
    fields?: Partial<FieldsOf<Name>>,
    tlvs?: readonly (readonly [number, Buffer])[],
  ): Promise<Answer>
  /** Resolves with the reason when the link is over. */
  readonly ended: Promise<string>
  /** Waits for the messages being taken, says goodbye and hangs up. */
  close(): Promise<void>
  /** Hangs up at once. */
  destroy(why: string): void
}

const lastSequence = 0x7fffffff
/** Messages being taken at once; whoever sends more waits. */
const mostTaking = 500

/** @throws LinkError when nobody answers there, or is not who the certificate should say */
export async function openLink(options: LinkOptions): Promise<Link> {
  const socket = await connected(options)
  socket.setNoDelay(true)
  const { answerMs, enquireMs, onMessage, onOddity } = options
  const pending = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: LinkError) => void; timer: NodeJS.Timeout }
  >()
  const taking = new Set<Promise<void>>()
  const frames = makeFrames()
  const over = deferred<string>()
  let sequence = 0
  let heardAt = performance.now()
  let isOver = false

  function end(why: string): void {
    if (isOver) return
    isOver = true
    clearInterval(heartbeat)
    socket.destroy()
    for (const { reject, timer } of pending.values()) {
      clearTimeout(timer)
      reject(new LinkError(why, true))
    }
    pending.clear()
    over.resolve(why)
  }

  /** What is said in one turn goes out together: a system call costs more than a PDU. */
  function write(bytes: Buffer): void {
    if (isOver) return
    if (socket.writableCorked === 0) {
      socket.cork()
      setImmediate(() => socket.uncork())
    }
    socket.write(bytes)
  }

  const request: Link['request'] = (command, fields = {}, tlvs = []) =>
    new Promise((resolve, reject) => {
      if (isOver) return reject(new LinkError('The connection is gone.', false))
      sequence = sequence === lastSequence ? 1 : sequence + 1
      const own = sequence
      // An SMSC that does not answer one request will not be believed the next.
      const timer = setTimeout(() => end(`The SMSC did not answer a ${command} in time.`), answerMs)
      pending.set(own, { resolve, reject, timer })
      try {
        write(encodePdu(command, own, { fields, tlvs }))
      } catch (error) {
        clearTimeout(timer)
        pending.delete(own)
        reject(error)
      }
    })

  function settle(pdu: Pdu): void {
    const asked = pending.get(pdu.sequence)
    if (!asked) {
      onOddity(`A ${pdu.command} answers nothing that was asked.`)
      return
    }
    pending.delete(pdu.sequence)
    clearTimeout(asked.timer)
    const messageId = pdu.command === 'submit_sm_resp' ? pdu.fields.message_id : ''
    // A nack without a reason is none the less one.
    const code = pdu.command === 'generic_nack' && pdu.status === status.ok ? status.badCommand : pdu.status
    asked.resolve({ status: code, messageId })
  }

  function take(pdu: PduNamed<'deliver_sm' | 'data_sm'>): void {
    const taken = onMessage(pdu)
      .then((code) => write(encodePdu(`${pdu.command}_resp`, pdu.sequence, { status: code })))
      .finally(() => {
        taking.delete(taken)
        if (taking.size === mostTaking / 2) socket.resume()
      })
    taking.add(taken)
    if (taking.size === mostTaking) socket.pause()
  }

  function receive(bytes: Buffer): void {
    let pdu: Pdu
    try {
      pdu = decodePdu(bytes)
    } catch (error) {
      if (!(error instanceof PduError)) throw error
      refuse(error, bytes.readUInt32BE(4) >= 0x80000000)
      return
    }
    if (isResponse(pdu.command)) settle(pdu)
    else if (pdu.command === 'deliver_sm' || pdu.command === 'data_sm') take(pdu)
    else if (pdu.command === 'enquire_link') write(encodePdu('enquire_link_resp', pdu.sequence))
    else if (pdu.command === 'unbind') {
      write(encodePdu('unbind_resp', pdu.sequence))
      socket.uncork()
      end('The SMSC unbound.')
    } else write(encodePdu('generic_nack', pdu.sequence, { status: status.badCommand }))
  }

  /** Nobody is left waiting for an answer: neither the other side nor we. */
  function refuse({ message, sequence: theirs, status: code, command }: PduError, isAnswer: boolean): void {
    onOddity(message)
    if (isAnswer) {
      if (pending.has(theirs)) end('The SMSC answered with what is no answer.')
    } else if (command === 'deliver_sm' || command === 'data_sm') {
      write(encodePdu(`${command}_resp`, theirs, { status: code }))
    } else write(encodePdu('generic_nack', theirs, { status: code }))
  }

  socket.on('data', (piece: Buffer) => {
    heardAt = performance.now()
    const { pdus, broken } = frames.push(piece)
    for (const bytes of pdus) {
      if (isOver) return
      receive(bytes)
    }
    if (!broken || isOver) return
    // Where the next PDU begins can't be known any more: only a new connection can.
    write(encodePdu('generic_nack', 0, { status: status.badLength }))
    socket.uncork()
    end('The SMSC sent what is no PDU.')
  })
  socket.on('error', (error: NodeJS.ErrnoException) => end(`The connection broke (${error.code ?? error.name}).`))
  socket.on('close', () => end('The SMSC hung up.'))

  const heartbeat = setInterval(
    () => {
      if (performance.now() - heardAt < enquireMs) return
      request('enquire_link').catch(() => undefined)
    },
    Math.max(20, enquireMs / 2),
  )
  heartbeat.unref()

  return {
    request,
    ended: over.promise,
    async close() {
      await Promise.all(taking)
      if (!isOver) await Promise.race([request('unbind').catch(() => undefined), over.promise])
      end('Closed.')
    },
    destroy: end,
  }
}

function connected({ host, port, tls, answerMs }: LinkOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls(tlsOptions(host, port, tls)) : connectTcp({ host, port })
    const timer = setTimeout(() => fail(`${host}:${port} did not answer in time.`), answerMs)
    function fail(why: string): void {
      clearTimeout(timer)
      socket.destroy()
      reject(new LinkError(why, false))
    }
    const onError = (error: NodeJS.ErrnoException) =>
      fail(`${host}:${port} could not be reached (${error.code ?? error.message}).`)
    const onClose = () => fail(`${host}:${port} hung up.`)
    socket.once('error', onError)
    socket.once('close', onClose)
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      socket.off('error', onError)
      socket.off('close', onClose)
      resolve(socket)
    })
  })
}

function tlsOptions(host: string, port: number, tls: Exclude<LinkOptions['tls'], false>): ConnectionOptions {
  const isName = !/^[0-9.]+$|:/.test(host)
  const serverName = tls.serverName ?? (isName ? host : undefined)
  return {
    host,
    port,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(tls.ca === undefined ? {} : { ca: readFileSync(tls.ca) }),
  }
}
