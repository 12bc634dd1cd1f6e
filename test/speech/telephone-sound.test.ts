import { loadConfig } from '../../src/config.ts'
import { ensureTools } from '../../src/setup/tools.ts'
import { tone } from '../../src/speech/shape.ts'
import { forTelephone } from '../../src/speech/telephone-sound.ts'

it('makes the same of a sound whatever stands before it in its batch', async () => {
  const { sox } = await ensureTools(
    loadConfig(() => new Date()),
    { update() {}, done() {}, warn() {} },
  )
  const sampleRate = 22_050
  const piece = (hertz: number, ms: number) => ({
    sound: { sampleRate, samples: tone(sampleRate, hertz, ms, 0.3) },
    tailMs: 140,
  })
  const said = piece(2900, 500)
  const [alone] = await forTelephone(sox, [said])
  // Lengths that no common step of the two rates divides.
  for (const lengths of [[301], [457, 211], [103, 509, 601]]) {
    const among = (await forTelephone(sox, [...lengths.map((ms) => piece(400, ms)), said])).at(-1)
    for (const band of ['narrow', 'wide'] as const) {
      const [one, other] = [alone?.[band] ?? [], among?.[band] ?? []]
      expect(other.length).toBe(one.length)
      // sox filters by blocks, and where a block begins may move a rounding by one.
      expect(Math.max(...[...one].map((sample, index) => Math.abs(sample - (other[index] ?? 0))))).toBeLessThanOrEqual(
        4,
      )
    }
  }
})
