import type { Language } from '../domain/language.ts'
import type { Place } from '../domain/live-calls.ts'
import { inOrder, type Prompt, type Prompts } from '../domain/prompt.ts'
import type { Question } from '../ivr/call.ts'
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
  /** One clip that sounds as the pieces do, by its name in the folder the dialplan plays from. */
  readonly clip: string
  /** Reading ends at so many keys. */
  readonly max: number
  /** What the dialplan goes on with by itself after a key. */
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
  const pieces = piecesOf(prompts, language, sounds)
  const clip = sounds.joinAll(pieces.flatMap(({ clips }) => clips))
  if (clip === undefined) return undefined
  const leadsTo = Object.entries(options.leadsTo ?? {}).flatMap(([key, next]): [string, Asked][] => {
    const asked = askedOf({ language, ...next }, sounds)
    return asked ? [[key, asked]] : []
  })
  const step = pieces.at(-1)?.name
  return (
    step && {
      place: { step, language },
      prompts: inOrder(prompts),
      pieces,
      clip,
      max: options.lastApart ? options.max - 1 : options.max,
      leadsTo: new Map(leadsTo),
    }
  )
}

/** One key, and nothing said before it. */
export const keyOnly = { prompts: [], pieces: [], clip: '', max: 1, leadsTo: new Map<string, Asked>() }

/** Prompts that the dialplan says by itself; a key stops them. */
export function saidOf(prompts: Prompts, language: Language, sounds: Sounds): Asked {
  const ordered = inOrder(prompts)
  const step = ordered.at(-1)?.name
  if (step === undefined) throw new Error('there is nothing to be said')
  return { ...keyOnly, place: { step, language }, prompts: ordered, pieces: piecesOf(ordered, language, sounds) }
}

/** Whether that sounded as these do. */
export function soundsAs({ pieces }: Asked, wanted: readonly Piece[]): boolean {
  return (
    pieces.length === wanted.length &&
    pieces.every(({ name, clips }, index) => {
      const other = wanted[index]
      return name === other?.name && clips.join() === other.clips.join()
    })
  )
}

/** Whether that is what these prompts ask: they are looked at, not their sound, which would take longer to find. */
export function asks({ place, prompts }: Asked, wanted: Prompts, language: Language): boolean {
  const ordered = inOrder(wanted)
  return (
    place.language === language &&
    prompts.length === ordered.length &&
    prompts.every((prompt, index) => isSame(prompt, ordered[index]))
  )
}

function isSame(prompt: Prompt, other: Prompt | undefined): boolean {
  return prompt.name === other?.name && prompt.language === other.language && prompt.values === other.values
}

/** Where a caller is who hears a clip, when they were asked this first. */
export function placeOf(clip: string, first: Asked): Place | undefined {
  if (first.clip === clip) return first.place
  for (const next of first.leadsTo.values()) {
    const place = placeOf(clip, next)
    if (place) return place
  }
  return undefined
}
