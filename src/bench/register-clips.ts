import { rm } from 'node:fs/promises'
import { dayAt } from '../domain/calendar.ts'
import { activeId } from '../register/active.ts'
import { readStations, snapshotPath, withSnapshot } from '../register/snapshot-file.ts'
import { openSpeech } from '../speech/speech.ts'
import type { Edition } from './edition.ts'
import type { Found, Sizes } from './figures.ts'
import type { Ground } from './ground.ts'
import { ensureImported } from './imports.ts'
import { median, rounded } from './statistics.ts'

/** The clips of all stations in both languages, into an empty folder, and again when nothing changed. */
export async function benchClips(ground: Ground, edition: Edition, { rounds }: Sizes): Promise<Found> {
  const { config, tools, progress } = ground
  const task = 'clips'
  const { registerFolder } = await ensureImported(ground, edition)
  const file = snapshotPath(registerFolder, activeId(registerFolder) ?? '')
  const stations = withSnapshot(file, readStations)
  const day = dayAt(config.election.timeZone, new Date())
  const render = async (): Promise<number> => {
    // Opened anew, as a process that imports does: it remembers nothing of the round before.
    const speech = openSpeech(config, tools)
    const startedAt = performance.now()
    await speech.renderStations(stations, day, (done, total) => progress.update(task, `${done} of ${total}`))
    return (performance.now() - startedAt) / 1000
  }
  await rm(config.paths.clips, { recursive: true, force: true })
  const cold = await render()
  const warm: number[] = []
  for (let round = 0; round < Math.max(3, rounds); round += 1) warm.push(await render())
  progress.done(task, `${cold.toFixed(0)} s cold, ${median(warm).toFixed(2)} s warm`)
  return {
    figures: { clipsColdSeconds: rounded(cold), clipsWarmSeconds: rounded(median(warm)) },
    rows: [
      {
        what: `clips of ${stations.length} stations, cold`,
        result: `${cold.toFixed(1)} s (once)`,
        wanted: 'at most 600 s',
      },
      { what: 'clips, nothing changed', result: `${median(warm).toFixed(2)} s`, wanted: 'at most 5 s' },
    ],
  }
}
