import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Day, ElectionCalendar } from '../domain/calendar.ts'
import { type Language, languages } from '../domain/language.ts'
import type { Prompt } from '../domain/prompt.ts'
import type { Station } from '../domain/station.ts'
import { type Catalog, mustHoldAllPrompts, readCatalog } from './catalog.ts'
import { checkSpeech, type Finding } from './check.ts'
import { type Clip, clipBase } from './clip.ts'
import { type ClipCodec, clipExists, clipFiles } from './clip-files.ts'
import { type RecordableTexts, recordableTexts, recordingKey } from './recordable.ts'
import { type Renderer, type RenderProgress, renderMissing } from './render.ts'
import { noteRendered } from './rendered-note.ts'
import { clipsOf, dayClips, type NamedClip, namedClips, type Script, silences, stationClip } from './script.ts'
import { readStudio, type Studio, type StudioClip, type UnusedRecording } from './studio.ts'
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
  /** Whether a recording may stand in for the voice. */
  readonly replaceable: boolean
  /** Who uploaded its recording when (ISO time). */
  readonly uploaded?: { readonly by: string; readonly at: string }
  readonly files: Readonly<Record<ClipCodec, string>>
}

/** What of a voice can change while the line runs. */
export interface SpeechChange {
  readonly election?: ElectionCalendar
  /** An upload that was taken, or taken away: then the project's own recording counts, or else the voice. */
  readonly recording?: { readonly name: string; readonly language: Language; readonly clip: StudioClip | undefined }
}

/** The line's voice: prompts as files Asterisk can play, and the making of them. Never changes: see `changed`. */
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
  /** The voice after a change; reads and renders nothing. */
  changed(change: SpeechChange): Speech
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
  const texts = recordableTexts(catalog)
  const own = readStudio(paths.prompts, catalog, texts)
  const uploaded = readStudio(paths.studio, catalog, texts)
  const renderer: Renderer = {
    clips: paths.clips,
    voices: { ky: voiceOf('ky', voices.ky, tools), ru: voiceOf('ru', voices.ru, tools) },
    sox: tools.sox,
  }
  return speechOf(
    {
      catalog,
      texts,
      ownStudio: own.studio,
      unused: [...own.unused, ...uploaded.unused],
      renderer,
      files: knownFiles(renderer),
    },
    config.election,
    uploaded.studio,
  )
}

/** What a change leaves as it is. */
interface Ground {
  readonly catalog: Catalog
  readonly texts: RecordableTexts
  /** The project's recordings. */
  readonly ownStudio: Studio
  readonly unused: readonly UnusedRecording[]
  readonly renderer: Renderer
  readonly files: KnownFiles
}

interface KnownFiles {
  baseOf(clip: Pick<NamedClip, 'clip'>): string
  isThere(base: string): boolean
}

function knownFiles(renderer: Renderer): KnownFiles {
  const bases = new WeakMap<Clip, string>()
  const baseOf = ({ clip }: Pick<NamedClip, 'clip'>): string => {
    const known = bases.get(clip)
    if (known !== undefined) return known
    const base = clipBase(renderer.clips, clip, renderer.voices)
    bases.set(clip, base)
    return base
  }
  // Clips are never removed while the line runs, so what was there once need not be looked for again in every call.
  const there = new Set<string>()
  const isThere = (base: string): boolean => {
    if (!there.has(base) && clipExists(base)) there.add(base)
    return there.has(base)
  }
  return { baseOf, isThere }
}

function speechOf(ground: Ground, election: ElectionCalendar, uploaded: Studio): Speech {
  const { catalog, texts, ownStudio, unused, renderer, files } = ground
  const { baseOf, isThere } = files
  const studio = new Map([...ownStudio, ...uploaded])
  const script: Script = { catalog, calendar: election, studio, made: new Map() }
  const prompts = namedClips(script)
  /** The files of prompts that say no values, once they have been there. */
  const fixed = { ky: new Map<string, readonly string[]>(), ru: new Map<string, readonly string[]>() }
  const stationClips = (stations: readonly Station[]) =>
    stations.flatMap((station) => languages.map((language) => stationClip(script, station, language)))
  const listClips = (stations: readonly Station[], asOf: Day | undefined) => [
    ...(asOf === undefined ? [] : dayClips(script, asOf)),
    ...stationClips(stations),
  ]

  return {
    clipsFor(prompt, language) {
      const spoken = prompt.language ?? language
      const known = prompt.values ? undefined : fixed[spoken].get(prompt.name)
      if (known) return known
      const bases = clipsOf(script, prompt, spoken).map((clip) => {
        const base = baseOf({ clip })
        if (isThere(base)) return base
        throw new MissingClipError(
          `The prompt ${prompt.name} (${spoken}) can't be said: ${base} is missing; see npx dobush prompts check.`,
        )
      })
      if (!prompt.values) fixed[spoken].set(prompt.name, bases)
      return bases
    },
    async renderPrompts(progress = () => {}) {
      await renderMissing(renderer, [...prompts.map(({ clip }) => clip), ...silences], progress)
      await noteRendered(renderer.clips, prompts, baseOf)
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
        replaceable: named.language !== undefined && texts.has(recordingKey(named.language, named.name)),
        ...(clip.kind === 'studio' && clip.uploaded && { uploaded: clip.uploaded }),
        files: clipFiles(baseOf({ clip })),
      }))
    },
    check(stations = [], asOf) {
      return checkSpeech({
        named: [...prompts, ...listClips(stations, asOf)],
        unused,
        baseOf,
        clips: renderer.clips,
        sox: renderer.sox,
      })
    },
    changed({ election: next = election, recording }) {
      if (!recording) return speechOf(ground, next, uploaded)
      const { name, language, clip } = recording
      const left = new Map(uploaded)
      if (clip) left.set(recordingKey(language, name), clip)
      else left.delete(recordingKey(language, name))
      return speechOf(ground, next, left)
    },
  }
}
