// The standard call with FastAGI, as the README of npm ding-dong has it.
import { createRequire } from 'node:module'
import { openTables } from './call-log.ts'
import { sayReady, takeOrder } from './child.ts'

/** Where things lie that this peer needs. */
export interface AgiOrder {
  /** A file in the folder ding-dong was installed into. */
  readonly installed: string
  readonly port: number
  readonly sounds: string
  readonly votersFile: string
  readonly callsFile: string
}

interface Reply {
  readonly code: number
  readonly result: string
}

/** The part of ding-dong that is used; the package brings no types. */
interface Context {
  onEvent(event: string): Promise<Record<string, string>>
  on(event: string, listener: () => void): void
  answer(): Promise<Reply>
  getData(file: string, timeoutMs: number, digits: number): Promise<Reply>
  streamFile(file: string, escapeDigits: string): Promise<Reply>
  hangup(): Promise<Reply>
  end(): Promise<void>
}
type AgiServer = new (
  handler: (context: Context) => void,
  options: { host: string },
) => { start(port: number): { close(): void } }

const { installed, port, sounds, votersFile, callsFile } = await takeOrder<AgiOrder>()
const AGIServer = createRequire(installed)('ding-dong') as AgiServer
const tables = openTables(votersFile, callsFile)

const agi = new AGIServer(
  (context) => {
    const startedAt = new Date().toISOString()
    let station = ''
    let id: string | undefined
    const finish = () => {
      if (id !== undefined) tables.write({ id, startedAt, station })
      id = undefined
    }
    // Asterisk keeps the channel of a caller who has hung up until the connection ends.
    context.on('hangup', () => {
      finish()
      void context.end()
    })
    context.on('close', finish)
    context.on('error', finish)
    context
      .onEvent('variables')
      .then((variables) => {
        id = variables.agi_uniqueid
        return context.answer()
      })
      .then(() => context.getData(`${sounds}/language`, 7000, 1))
      .then(() => context.getData(`${sounds}/pin`, 7000, 14))
      .then(({ result }) => {
        station = String(tables.stationOf(result) ?? '')
        if (station === '') return context.streamFile(`${sounds}/unknown`, '""')
        return context
          .streamFile(`${sounds}/station-${station}`, '""')
          .then(() => context.streamFile(`${sounds}/address-${station}`, '""'))
      })
      .then(() => {
        finish()
        return context.hangup()
      })
      .then(() => context.end())
      .catch(finish)
  },
  { host: '127.0.0.1' },
)
const server = agi.start(port)
sayReady(async () => {
  server.close()
  tables.close()
})
