import { isDeepStrictEqual } from 'node:util'
import { deferred } from '../../src/deferred.ts'
import type { Recording } from '../../src/domain/callback-request.ts'
import type { Language } from '../../src/domain/language.ts'
import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import { inOrder, type Prompt, type Prompts, say } from '../../src/domain/prompt.ts'
import type { PromptName } from '../../src/domain/prompt-names.ts'
import { type Call, type CollectOptions, HangupError, type Heard, type PlayOptions } from '../../src/ivr/call.ts'
import { makeDigitBuffer } from '../../src/ivr/digit-buffer.ts'
import type { EntryTimeouts } from '../../src/ivr/digit-collector.ts'
import { readEntry } from '../../src/ivr/read-entry.ts'

/** The person at the other end of a fake call. */
export interface FakeCaller {
  press(keys: string): void
  hangup(): void
  /** Speaks for so long, at once, into the running recording or the next one; resolves when that is said. */
  speak(milliseconds: number): Promise<void>
  /** Resolves when a prompt begins to be heard that has not been waited for yet. */
  hears(name: PromptName): Promise<void>
  /** Every prompt heard, as `ky/welcome`. */
  readonly heard: readonly string[]
}

export interface FakeCallOptions {
  readonly timeouts?: EntryTimeouts
  readonly ani?: PhoneNumber | undefined
  readonly did?: string
  /** How long each prompt sounds. */
  readonly promptMs?: number
  /** Where the file of a recording is; it must exist for the store to take it over. */
  readonly recordingFile?: string
  /** What the caller does at a prompt: presses the returned keys as it begins, or its `after:` ends; or hangs up. */
  readonly script?: (prompt: Prompt, language: Language) => string | undefined
}

/** An inbound call without a switch; passes the same contract test as the real one. */
export function makeFakeCall({
  timeouts = { firstDigit: 30, interDigit: 30, entry: 1000 },
  ani,
  did = '1255',
  promptMs = 2,
  recordingFile = '/nowhere/fake.wav',
  script = () => undefined,
}: FakeCallOptions = {}): { call: Call; caller: FakeCaller } {
  const answeredAt = performance.now()
  const buffer = makeDigitBuffer()
  const gone = new AbortController()
  const ended = deferred<{ cause: number | undefined; lastedMs: number }>()
  const heard: string[] = []
  const unawaited: PromptName[] = []
  let waiting: { name: PromptName; tell: () => void }[] = []
  let language: Language = 'ky'
  let spoken = 0
  let recordingBegun = deferred<void>()

  const endRecording = new Set<(how: Recording['ended']) => void>()
  const hangup = () => {
    gone.abort(new HangupError())
    for (const end of endRecording) end('hangup')
    ended.resolve({ cause: 16, lastedMs: performance.now() - answeredAt })
  }
  const caller: FakeCaller = {
    heard,
    hangup,
    press(keys) {
      for (const key of keys) {
        if (key === '#') for (const end of endRecording) end('key')
        buffer.press(key)
      }
    },
    speak(milliseconds) {
      spoken = milliseconds
      return recordingBegun.promise
    },
    hears(name) {
      const already = unawaited.indexOf(name)
      if (already >= 0) {
        unawaited.splice(0, already + 1)
        return Promise.resolve()
      }
      return new Promise((resolve) => waiting.push({ name, tell: resolve }))
    },
  }

  const begun: PromptName[] = []
  const alive = () => {
    gone.signal.throwIfAborted()
  }
  const sound = async (prompts: Prompts, stop: AbortSignal): Promise<void> => {
    for (const prompt of inOrder(prompts)) {
      if (stop.aborted) return
      const spokenIn = prompt.language ?? language
      heard.push(`${spokenIn}/${prompt.name}`)
      begun.push(prompt.name)
      const told = waiting.filter(({ name }) => name === prompt.name)
      waiting = waiting.filter((one) => !told.includes(one))
      if (told.length === 0) unawaited.push(prompt.name)
      for (const { tell } of told) tell()
      const reaction = script(prompt, spokenIn)
      if (reaction === 'hangup') hangup()
      else if (reaction?.startsWith('after:')) setTimeout(() => caller.press(reaction.slice(6)), promptMs + 10)
      else if (reaction) caller.press(reaction)
      await new Promise<void>((resolve) => {
        if (stop.aborted) return resolve()
        const over = setTimeout(resolve, promptMs)
        stop.addEventListener('abort', () => {
          clearTimeout(over)
          resolve()
        })
      })
    }
  }
  const playPrompts = async (prompts: Prompts, interruptible: boolean): Promise<Heard> => {
    const stop = new AbortController()
    const onGone = () => stop.abort()
    gone.signal.addEventListener('abort', onGone)
    const stopListening = buffer.onPress(() => {
      if (interruptible) stop.abort()
    })
    await sound(prompts, stop.signal)
    stopListening()
    gone.signal.removeEventListener('abort', onGone)
    alive()
    return stop.signal.aborted ? 'interrupted' : 'played'
  }
  let ahead: { readonly prompts: Prompts; readonly heard: Promise<Heard> } | undefined
  const play = async (prompts: Prompts, { despiteTypeAhead = false }: PlayOptions = {}): Promise<Heard> => {
    const said = ahead
    ahead = undefined
    if (said && isDeepStrictEqual(inOrder(said.prompts), inOrder(prompts))) return said.heard
    alive()
    if (buffer.size > 0 && !despiteTypeAhead) return 'interrupted'
    return playPrompts(prompts, true)
  }

  const call: Call = {
    id: 'fake-1',
    did,
    ani,
    get language() {
      return language
    },
    set language(chosen) {
      language = chosen
    },
    age: () => performance.now() - answeredAt,
    ended: ended.promise,
    play,
    async collect(prompts, options: CollectOptions, foretell) {
      alive()
      if (options.bargeIn === false) {
        await playPrompts(prompts, false)
        buffer.clear()
        return readEntry(buffer, Promise.resolve(), options, timeouts, gone.signal)
      }
      const prompt = buffer.size > 0 ? Promise.resolve() : playPrompts(prompts, true)
      prompt.catch(() => undefined)
      const entry = await readEntry(buffer, prompt, options, timeouts, gone.signal)
      if (foretell && options.lastApart && entry.kind === 'match') {
        const foretold = await foretell(entry.digits.slice(0, -1))
        const said = foretold?.said.get(entry.digits.slice(-1))
        if (said) ahead = { prompts: said, heard: playPrompts(said, true) }
        // Whoever hangs up meanwhile has made the entry.
        await ahead?.heard.catch(() => undefined)
      }
      return entry
    },
    async record(prompts) {
      const file = recordingFile
      try {
        await play(prompts)
        await playPrompts(say('beep'), false)
      } catch {
        return { file, durationMs: 0, talkingMs: 0, ended: 'hangup' }
      }
      buffer.clear()
      const how = await new Promise<Recording['ended']>((resolve) => {
        if (gone.signal.aborted) return resolve('hangup')
        const silence = setTimeout(resolve, timeouts.firstDigit, 'silence')
        const end = (ending: Recording['ended']) => {
          clearTimeout(silence)
          endRecording.delete(end)
          resolve(ending)
        }
        endRecording.add(end)
        recordingBegun.resolve()
      })
      recordingBegun = deferred()
      buffer.clear()
      const recording: Recording = { file, durationMs: spoken + 1000, talkingMs: spoken, ended: how }
      return recording
    },
    replay: async () => play([]),
    begun: () => begun.splice(0),
    entryAge: () => undefined,
    async hangup() {
      alive()
      hangup()
    },
    async apologise() {
      alive()
      hangup()
    },
  }
  return { call, caller }
}
