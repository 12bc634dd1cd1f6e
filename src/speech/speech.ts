import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Day } from '../domain/calendar.ts'
import { type Language, languages } from '../domain/language.ts'
import type { Prompt } from '../domain/prompt.ts'
import type { Station } from '../domain/station.ts'
import { mustHoldAllPrompts, readCatalog } from './catalog.ts'
import { checkSpeech, type Finding } from './check.ts'
import { type Clip, clipBase } from './clip.ts'
import { type ClipCodec, clipExists, clipFiles } from './clip-files.ts'
import { type Renderer, type RenderProgress, renderMissing } from './render.ts'
import { noteRendered } from './rendered-note.ts'
import { clipsOf, dayClips, type NamedClip, namedClips, type Script, silences, stationClip } from './script.ts'
import { readStudio } from './studio.ts'
import { type SpeechTools, voiceOf } from './voice.ts'

/** One recognisable piece of audio, with its files in every codec (raw, without a header). */
export interface ListedClip {
  /** `welcome`, `found.2`, `pin-length-7`, `digit-5`, `digit-5-final`, `as-of-2024-11-17`, `station-1101`, `beep`. */
  readonly name: string
  /** Nothing for the beep. */
  readonly language?: Language
  /** What is said, as the voice got it. */
  readonly text: string
  readonly source: 'studio' | 'synthetic'
  readonly files: Readonly<Record<ClipCodec, string>>
}

/** The line's voice: prompts as files Asterisk can play, and the making of them. */
export interface Speech {
  /**
   * The files of a prompt in playing order, absolute and without extension.
   * @throws MissingClipError when one isn't there
   */
  clipsFor(prompt: Prompt, language: Language): readonly string[]
  /** Renders what is missing of the catalog and the digits, on all cores. Removes nothing. */
  renderPrompts(progress?: RenderProgress): Promise<void>
  /**
   * Renders what is missing of what one voter list adds: these stations' addresses and the sentences that say its day,
   * in both languages.
   */
  renderStations(stations: readonly Station[], asOf: Day, progress?: RenderProgress): Promise<void>
  hasStationClips(station: Station): boolean
  /** @param asOf the day the voter list describes, where there is one */
  list(stations: readonly Station[], asOf?: Day): readonly ListedClip[]
  /**
   * What a caller would hear wrongly or not at all, worst first.
   * @param asOf the day the voter list describes, where there is one
   */
  check(stations?: readonly Station[], asOf?: Day): Promise<readonly Finding[]>
}

/** A prompt can't be said because its audio isn't there. */
export class MissingClipError extends Error {
  override readonly name = 'MissingClipError'
}

/**
 * @throws UserError when the catalog can't be used or a voice is configured wrongly
 */
export function openSpeech(config: Pick<Config, 'voices' | 'election' | 'paths'>, tools: SpeechTools): Speech {
  const { paths, voices } = config
  const catalogFile = join(paths.prompts, 'catalog.yaml')
  const catalog = readCatalog(catalogFile)
  mustHoldAllPrompts(catalog, catalogFile)
  const { studio, unused } = readStudio(paths.prompts, catalog)
  const script: Script = { catalog, calendar: config.election, studio, made: new Map() }
  const renderer: Renderer = {
    clips: paths.clips,
    voices: { ky: voiceOf('ky', voices.ky, tools), ru: voiceOf('ru', voices.ru, tools) },
    sox: tools.sox,
  }
  const bases = new WeakMap<Clip, string>()
  const baseOf = ({ clip }: Pick<NamedClip, 'clip'>): string => {
    const known = bases.get(clip)
    if (known !== undefined) return known
    const base = clipBase(renderer.clips, clip, renderer.voices)
    bases.set(clip, base)
    return base
  }
  const prompts = namedClips(script)

  // Clips are never removed while the line runs, so what was there once need not be looked for again in every call.
  const there = new Set<string>()
  const isThere = (base: string): boolean => {
    if (!there.has(base) && clipExists(base)) there.add(base)
    return there.has(base)
  }
  const stationClips = (stations: readonly Station[]) =>
    stations.flatMap((station) => languages.map((language) => stationClip(script, station, language)))
  const listClips = (stations: readonly Station[], asOf: Day | undefined) => [
    ...(asOf === undefined ? [] : dayClips(script, asOf)),
    ...stationClips(stations),
  ]

  return {
    clipsFor(prompt, language) {
      const spoken = prompt.language ?? language
      return clipsOf(script, prompt, spoken).map((clip) => {
        const base = baseOf({ clip })
        if (isThere(base)) return base
        throw new MissingClipError(
          `The prompt ${prompt.name} (${spoken}) can't be said: ${base} is missing; see npx dobush prompts check.`,
        )
      })
    },
    async renderPrompts(progress = () => {}) {
      await renderMissing(renderer, [...prompts.map(({ clip }) => clip), ...silences], progress)
      await noteRendered(paths.clips, prompts, baseOf)
    },
    async renderStations(stations, asOf, progress = () => {}) {
      const clips = listClips(stations, asOf)
      await renderMissing(
        renderer,
        clips.map(({ clip }) => clip),
        progress,
      )
    },
    hasStationClips(station) {
      return stationClips([station]).every((named) => isThere(baseOf(named)))
    },
    list(stations, asOf) {
      return [...prompts, ...listClips(stations, asOf)].map(({ clip, ...named }) => ({
        ...named,
        source: clip.kind === 'studio' ? 'studio' : 'synthetic',
        files: clipFiles(baseOf({ clip })),
      }))
    },
    check(stations = [], asOf) {
      return checkSpeech({
        named: [...prompts, ...listClips(stations, asOf)],
        unused,
        baseOf,
        clips: paths.clips,
        sox: tools.sox,
      })
    },
  }
}
