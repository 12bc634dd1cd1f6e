import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Config, projectFolder } from '../../config.ts'
import { deferred } from '../../deferred.ts'
import { ensureSmsPeers } from '../../setup/tools.ts'

/** What the SMSC tells, by its name: see smsc.pl for what else is in each. */
export interface SmscEvent {
  readonly event: string
  readonly [field: string]: unknown
}

/** A part of a text as the ESME submitted it. */
export interface Submitted extends SmscEvent {
  readonly event: 'submit'
  readonly link: number
  readonly seq: number
  /** The answer's command_status; only with 0 was it taken. */
  readonly status: number
  readonly messageId: string
  readonly from: string
  readonly to: string
  /** The text without its header. */
  readonly hex: string
  readonly dataCoding: number
  readonly esmClass: number
  readonly registered: number
  readonly validity: string
  readonly parts: number
  readonly part: number
  readonly reference: number | null
  readonly payload: 0 | 1
  /** Of the whole body, with its header. */
  readonly bytes: number
}

export interface Smsc {
  readonly port: number
  /** Everything it told since its start, or since `forget`. */
  readonly events: SmscEvent[]
  named(event: string): SmscEvent[]
  submits(): Submitted[]
  /** Texts a number's handset would show, in the order they became whole; a part that came twice begins another. */
  handset(number: string): string[]
  order(what: { do: string; [field: string]: unknown }): void
  /** Looks at each event until it holds. @throws Error when it does not in time, or when the SMSC ends */
  when<T>(holds: () => T | undefined | false, withinMs?: number): Promise<T>
  forget(): void
  close(): Promise<void>
}

const script = join(projectFolder, 'src', 'bench', 'peers', 'smsc.pl')
const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }

/** Starts the SMSC written in Perl; it listens on a port of loopback. */
export async function startSmsc(
  config: Config,
  options: { readonly port?: number; readonly tls?: { readonly certificate: string; readonly key: string } } = {},
): Promise<Smsc> {
  const { perl } = await ensureSmsPeers(config, quiet)
  const child = spawn(perl.file, [...perl.args, script], {
    env: { ...process.env, ...perl.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const events: SmscEvent[] = []
  const watchers = new Set<() => void>()
  const ended = deferred<never>()
  ended.promise.catch(() => undefined)
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000)
  })
  child.once('error', ended.reject)
  child.once('close', (code) => ended.reject(new Error(`the SMSC ended with code ${code}: ${complaints}`)))
  child.stdin.on('error', () => undefined)
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as SmscEvent)
    for (const look of watchers) look()
  })

  const order: Smsc['order'] = (what) => {
    child.stdin.write(`${JSON.stringify(what)}\n`)
  }
  const when: Smsc['when'] = async (holds, withinMs = 20_000) => {
    const held = deferred<Exclude<ReturnType<typeof holds>, undefined | false>>()
    const look = () => {
      const value = holds()
      if (value !== undefined && value !== false) held.resolve(value as never)
    }
    const timer = setTimeout(
      () => held.reject(new Error(`still not so after ${withinMs / 1000} s: ${holds}; ${complaints}`)),
      withinMs,
    )
    watchers.add(look)
    look()
    try {
      return await Promise.race([held.promise, ended.promise])
    } finally {
      clearTimeout(timer)
      watchers.delete(look)
    }
  }
  const named = (event: string) => events.filter((each) => each.event === event)
  const submits = () => named('submit') as Submitted[]

  order({ do: 'listen', port: options.port ?? 0, ...(options.tls ? { tls: options.tls } : {}) })
  const { port } = await when(() => named('listening')[0])
  return {
    port: Number(port),
    events,
    named,
    submits,
    handset: (number) => wholeTexts(submits().filter(({ status, to }) => status === 0 && to === number)),
    order,
    when,
    forget: () => void events.splice(0),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const closed = once(child, 'close')
      child.stdin.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await closed
      clearTimeout(timer)
    },
  }
}

function wholeTexts(parts: readonly Submitted[]): string[] {
  const texts: string[] = []
  const begun = new Map<string, Map<number, string>[]>()
  for (const part of parts) {
    const key = `${part.from} ${part.reference} ${part.parts}`
    const sets = begun.get(key) ?? []
    begun.set(key, sets)
    const set = sets.find((each) => !each.has(part.part)) ?? new Map<number, string>()
    if (set.size === 0) sets.push(set)
    set.set(part.part, textOf(part))
    if (set.size < part.parts) continue
    sets.splice(sets.indexOf(set), 1)
    texts.push(
      [...set]
        .sort(([a], [b]) => a - b)
        .map(([, text]) => text)
        .join(''),
    )
  }
  return texts
}

function textOf({ hex, dataCoding }: Submitted): string {
  const bytes = Buffer.from(hex, 'hex')
  return dataCoding === 8 ? bytes.swap16().toString('utf16le') : bytes.toString('latin1')
}
