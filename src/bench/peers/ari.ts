// The standard call with npm ari-client, as its documentation has it: events of the instances, one playback object each.
import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { openTables } from './call-log.ts'
import { sayReady, takeOrder } from './child.ts'

/** Where things lie that this peer needs. */
export interface AriOrder {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly application: string
  readonly sounds: string
  readonly votersFile: string
  readonly callsFile: string
}

interface Playback extends EventEmitter {
  stop(): Promise<void>
}
interface Channel extends EventEmitter {
  readonly id: string
  answer(): Promise<void>
  hangup(): Promise<void>
  play(options: { media: string }, playback: Playback): Promise<Playback>
}
interface Client extends EventEmitter {
  Playback(): Playback
  start(application: string): Promise<void>
  stop(): void
}

const { url, user, password, application, sounds, votersFile, callsFile } = await takeOrder<AriOrder>()
const { connect } = createRequire(import.meta.url)('ari-client') as {
  connect(url: string, user: string, password: string): Promise<Client>
}
const tables = openTables(votersFile, callsFile)
const client = await connect(url, user, password)

/** Plays until the end, or until so many digits were pressed; the first stops it. */
function ask(channel: Channel, media: string, digits: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const playback = client.Playback()
    let typed = ''
    const onDigit = ({ digit }: { digit: string }) => {
      if (typed === '') playback.stop().catch(() => undefined)
      typed += digit
      if (typed.length < digits) return
      channel.removeListener('ChannelDtmfReceived', onDigit)
      resolve(typed)
    }
    channel.on('ChannelDtmfReceived', onDigit)
    channel.play({ media }, playback).catch(reject)
  })
}

function say(channel: Channel, media: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const playback = client.Playback()
    playback.once('PlaybackFinished', () => resolve())
    channel.play({ media }, playback).catch(reject)
  })
}

client.on('StasisStart', (_event: unknown, channel: Channel) => {
  const startedAt = new Date().toISOString()
  let station = ''
  channel.once('StasisEnd', () => {
    tables.write({ id: channel.id, startedAt, station })
    channel.removeAllListeners()
  })
  channel
    .answer()
    .then(() => ask(channel, `sound:${sounds}/language`, 1))
    .then(() => ask(channel, `sound:${sounds}/pin`, 14))
    .then((pin) => {
      station = String(tables.stationOf(pin) ?? '')
      const name =
        station === '' ? [`${sounds}/unknown`] : [`${sounds}/station-${station}`, `${sounds}/address-${station}`]
      return say(channel, name.map((file) => `sound:${file}`).join(','))
    })
    .then(() => channel.hangup())
    // The caller hung up meanwhile.
    .catch(() => undefined)
})
await client.start(application)
sayReady(async () => {
  client.stop()
  tables.close()
})
