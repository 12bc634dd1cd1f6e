import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import type { Command } from '../command.ts'
import type { Language } from '../domain/language.ts'
import { type Clip, clipBase, type SpeechClip, tailMs } from './clip.ts'
import { clipExists, removeLeftovers, writeClips } from './clip-files.ts'
import { readAnySound } from './sox.ts'
import { beepSound, forTelephone, silentSound, type TelephoneSound } from './telephone-sound.ts'
import type { Voice } from './voice.ts'

export type RenderProgress = (done: number, total: number) => void

export interface Renderer {
  /** Folder of all clips. */
  readonly clips: string
  readonly voices: Readonly<Record<Language, Voice>>
  readonly sox: Command
}

/** Most texts one engine process says: enough to make its start cheap, few enough that a killed start loses little. */
const largestBatch = 48

/** Below this an engine's start costs more than an idle core. */
const smallestBatch = 8

/** Renders those of the clips that are not there yet, on all cores. */
export async function renderMissing(
  { clips: folder, voices, sox }: Renderer,
  clips: readonly Clip[],
  progress: RenderProgress,
): Promise<void> {
  const missing = new Map<string, Clip>()
  for (const clip of clips) missing.set(clipBase(folder, clip, voices), clip)
  for (const base of [...missing.keys()]) if (clipExists(base)) missing.delete(base)
  if (missing.size === 0) return
  await removeLeftovers(new Set([...missing.keys()].map(dirname)))

  let done = 0
  progress(0, missing.size)
  // One more than cores: while one encodes here or waits for the disk, the others' engines have the cores.
  const workers = availableParallelism() + 1
  const batches = [...batchesOf([...missing], workers)]
  const work = async () => {
    try {
      for (let batch = batches.shift(); batch; batch = batches.shift()) await renderBatch(batch)
    } finally {
      // After a failure nobody begins another.
      batches.length = 0
    }
  }
  // All come to their end before one's failure is told, so that nothing runs on behind it.
  const results = await Promise.allSettled(Array.from({ length: workers }, work))
  for (const result of results) if (result.status === 'rejected') throw result.reason

  async function renderBatch(batch: readonly [string, Clip][]): Promise<void> {
    const spoken: [string, SpeechClip][] = []
    for (const [base, clip] of batch) {
      if (clip.kind === 'speech') {
        spoken.push([base, clip])
        continue
      }
      await write([[base, await notSpoken(clip)]])
    }
    const [first] = spoken
    if (!first) return
    const { identity, synthesize } = voices[first[1].language]
    const texts = spoken.map(([, clip]) => clip.text)
    const said = await synthesize(texts, identity.rates[first[1].pace])
    const ready = await forTelephone(
      sox,
      said.map((sound, index) => ({ sound, tailMs: tailMs(texts[index] ?? '') })),
    )
    await write(
      spoken.map(([base], index) => {
        const sound = ready[index]
        if (!sound) throw new Error(`the voice gave ${ready.length} clips for ${spoken.length} texts`)
        return [base, sound]
      }),
    )
  }

  async function write(made: readonly (readonly [base: string, sound: TelephoneSound])[]): Promise<void> {
    await writeClips(made)
    for (const _ of made) progress(++done, missing.size)
  }

  async function notSpoken(clip: Exclude<Clip, SpeechClip>) {
    if (clip.kind === 'silence') return silentSound(clip.ms)
    if (clip.kind === 'beep') return beepSound()
    const [ready] = await forTelephone(sox, [{ sound: await readAnySound(sox, clip.file), tailMs: clip.tailMs }])
    return ready ?? silentSound(0)
  }
}

/** Clips of one batch share language and pace; what is not spoken makes batches of its own. */
function* batchesOf(clips: readonly [string, Clip][], workers: number): Generator<readonly [string, Clip][]> {
  const alike = new Map<string, [string, Clip][]>()
  for (const entry of clips) {
    const [, clip] = entry
    const kind = clip.kind === 'speech' ? `${clip.language} ${clip.pace}` : clip.kind
    const group = alike.get(kind) ?? []
    group.push(entry)
    alike.set(kind, group)
  }
  for (const group of alike.values()) {
    // A few for each worker, so that all come to their end at about the same time.
    const size = Math.min(largestBatch, Math.max(smallestBatch, Math.ceil(group.length / (2 * workers))))
    for (let start = 0; start < group.length; start += size) yield group.slice(start, start + size)
  }
}
