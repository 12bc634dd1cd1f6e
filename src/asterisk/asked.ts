import { isDeepStrictEqual } from 'node:util'
import type { Language } from '../domain/language.ts'
import type { Place } from '../domain/live-calls.ts'
import { inOrder, type Prompt, type Prompts } from '../domain/prompt.ts'
import type { Foretold, Question } from '../ivr/call.ts'
import type { Piece } from './piece.ts'

/** What prompts sound like. */
export interface Sounds {
  /** Audio of a prompt: absolute paths without extension, in order. */
  clipsFor(prompt: Prompt, language: Language): readonly string[]
  /** One that sounds the same, by its name in the folder the dialplan's [ask] plays from; nothing where there can be none. */
  joinAll(clips: readonly string[]): string | undefined
}

/** A question as the dialplan asks it. */
export interface Asked {
  /** The last of its prompts, and the language of what has none of its own. */
  readonly place: Place
  readonly prompts: readonly Prompt[]
  readonly pieces: readonly Piece[]
  /**
   * One clip that sounds as the pieces do, by its name in the folder the dialplan plays from. Of a last key, that of each digit's
   * answer, behind a z.
   */
  readonly clip: string
  /** Reading ends at so many keys. */
  readonly max: number
  /** What the dialplan goes on with by itself after a key, or `toItsEnd`. */
  readonly leadsTo: ReadonlyMap<string, Asked>
}

export function piecesOf(prompts: Prompts, language: Language, { clipsFor }: Pick<Sounds, 'clipsFor'>): Piece[] {
  return inOrder(prompts).map((prompt) => ({
    name: prompt.name,
    clips: clipsFor(prompt, prompt.language ?? language),
  }))
}

/** The question as the dialplan can ask it; nothing where it can't. */
export function askedOf(
  { prompts, options, language }: Question & { language: Language },
  sounds: Sounds,
): Asked | undefined {
  const spoken = spokenOf(prompts, language, sounds)
  if (!spoken) return undefined
  const leadsTo = Object.entries(options.leadsTo ?? {}).flatMap(([key, next]): [string, Asked][] => {
    const asked = askedOf({ language, ...next }, sounds)
    return asked ? [[key, asked]] : []
  })
  return { ...spoken, max: options.lastApart ? options.max - 1 : options.max, leadsTo: new Map(leadsTo) }
}

function spokenOf(prompts: Prompts, language: Language, sounds: Sounds): Omit<Asked, 'max' | 'leadsTo'> | undefined {
  const pieces = piecesOf(prompts, language, sounds)
  const clip = sounds.joinAll(pieces.flatMap(({ clips }) => clips))
  const step = pieces.at(-1)?.name
  return step && clip !== undefined ? { place: { step, language }, prompts: inOrder(prompts), pieces, clip } : undefined
}

/** In place of a key: what was said has been heard to its end. */
export const toItsEnd = 't'

/** No more have room in an extension of the dialplan. */
const mostAnswers = 3

/**
 * The last key of an entry, after which the dialplan says by itself what is certain, and asks what is always asked then.
 * @param place where the entry is asked for
 * @returns nothing where there is nothing it can say
 */
export function lastKeyOf({ said, next }: Foretold, place: Place, sounds: Sounds): Asked | undefined {
  const { language } = place
  if (said.size === 0) return undefined
  const asked = next && askedOf({ language, ...next }, sounds)
  const then = new Map(asked ? [[toItsEnd, asked]] : [])
  const leadsTo = new Map<string, Asked>()
  for (const [key, prompts] of [...said].slice(0, mostAnswers)) {
    const spoken = spokenOf(prompts, language, sounds)
    if (spoken) leadsTo.set(key, { ...spoken, max: 1, leadsTo: then })
  }
  if (leadsTo.size === 0) return undefined
  const clip = [...'0123456789'].map((key) => `z${leadsTo.get(key)?.clip ?? ''}`).join('')
  return { place, prompts: [], pieces: [], clip, max: 1, leadsTo }
}

/** Whether that is what these prompts say: they are looked at, not their sound, which would take longer to find. */
export function says({ place, prompts }: Asked, wanted: Prompts, language: Language): boolean {
  return place.language === language && isDeepStrictEqual(prompts, inOrder(wanted))
}

/** How one comes to a question, or to what is said. */
interface Way {
  readonly keys: readonly string[]
  readonly asked: Asked
}

/** All ways to what plays this clip, when this is asked first. */
export function waysTo(clip: string, first: Asked): readonly Way[] {
  if (first.clip === clip) return [{ keys: [], asked: first }]
  return [...first.leadsTo].flatMap(([key, next]) =>
    waysTo(clip, next).map(({ keys, asked }) => ({ keys: [key, ...keys], asked })),
  )
}

/** Where a caller is who hears a clip, when they were asked this first. */
export function placeOf(clip: string, first: Asked): Place | undefined {
  return waysTo(clip, first)[0]?.asked.place
}
