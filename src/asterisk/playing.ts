import { deferred } from '../deferred.ts'
import type { Ari } from './ari.ts'
import { isGoneSoon } from './is-gone-soon.ts'

/** A playback under way. */
export interface Playing {
  /** Rejects when the playback failed or the caller is gone. */
  readonly finished: Promise<void>
  stop(): Promise<void>
}

/** The playbacks of one call. */
export interface Playbacks {
  /**
   * @param media ARI media URIs, played one after the other
   * @param onOver called once, when it is over or about to be stopped, with how long it has been heard (milliseconds)
   */
  start(playbackId: string, media: readonly string[], onOver: (heardMs: number) => void): Promise<Playing>
  take(event: { readonly type: 'PlaybackStarted' | 'PlaybackFinished'; readonly playback: Playback }): void
  /** After the event stream was gone: asks how each of them is. */
  recheck(): Promise<void>
}

interface Playback {
  readonly id: string
  readonly state: string
}

/** A playback that has not begun by then never will. */
const startLimitMs = 4_000

/**
 * @param command runs a command of ARI; rejects with the reason of `gone` where it fails because of that
 * @param gone aborted when the caller hangs up
 */
export function makePlaybacks(
  ari: Ari,
  channelId: string,
  command: (act: () => Promise<void>) => Promise<void>,
  gone: AbortSignal,
): Playbacks {
  const playbacks = new Map<string, { begin(): void; end(state: string): void }>()

  return {
    async start(playbackId, media, onOver) {
      const { promise: finished, resolve, reject } = deferred<void>()
      // Nobody may be waiting when it fails.
      finished.catch(() => undefined)
      const late = setTimeout(() => reject(new Error(`The playback ${playbackId} did not start`)), startLimitMs)
      const onGone = () => reject(gone.reason)
      const forget = () => {
        clearTimeout(late)
        gone.removeEventListener('abort', onGone)
        playbacks.delete(playbackId)
      }
      finished.then(forget, forget)
      let startedAt = Number.POSITIVE_INFINITY
      let isTold = false
      const tellOver = (heardMs: number) => {
        if (!isTold) onOver(heardMs)
        isTold = true
      }
      const soFarMs = () => performance.now() - startedAt
      finished.then(
        () => tellOver(Number.POSITIVE_INFINITY),
        () => tellOver(soFarMs()),
      )
      gone.addEventListener('abort', onGone)
      playbacks.set(playbackId, {
        begin: () => clearTimeout(late),
        end(state) {
          if (state !== 'failed') return resolve()
          // A playback fails, too, when the caller hangs up under it; the event that says so comes after.
          void isGoneSoon(gone).then((isGone) =>
            reject(isGone ? gone.reason : new Error(`The switch could not play ${media.join(', ')}`)),
          )
        },
      })
      try {
        await command(() => ari.play(channelId, playbackId, media))
        startedAt = performance.now()
      } catch (error) {
        reject(error)
        throw error
      }
      let stopping: Promise<void> | undefined
      const askSwitch = async () => {
        // It may have ended by itself meanwhile; then there is nothing to stop.
        await ari.stopPlayback(playbackId).catch(() => resolve())
        await finished
      }
      return {
        finished,
        async stop() {
          if (!playbacks.has(playbackId)) return
          const heardMs = soFarMs()
          // The key and the end of the entry both ask for it.
          stopping ??= askSwitch()
          // Behind it: looking clips up must not keep the caller from silence.
          tellOver(heardMs)
          await stopping
        },
      }
    },
    take({ type, playback }) {
      if (type === 'PlaybackStarted') playbacks.get(playback.id)?.begin()
      else playbacks.get(playback.id)?.end(playback.state)
    },
    async recheck() {
      for (const [playbackId, playback] of [...playbacks]) {
        const state = await ari.playbackState(playbackId)
        if (state === 'gone' || state === undefined) playback.end('done')
        else if (state !== 'queued') playback.begin()
      }
    },
  }
}
