import { loadConfig } from '../../src/config.ts'
import { ensureTools } from '../../src/setup/tools.ts'
import { rhvoiceSynthesizer, splitAt } from '../../src/speech/rhvoice.ts'

jest.setTimeout(120_000)

it('cuts at every mark, and leaves the marks out', () => {
  const mark = Int16Array.of(7, -7)
  expect(splitAt(Int16Array.of(1, 2, 7, -7, 3, 7, -7, 4), mark).map((piece) => [...piece])).toEqual([[1, 2], [3], [4]])
  // Bytes that look like the mark across two samples are none.
  expect(splitAt(Int16Array.of(0x0100, 0x0201, 0x0002), Int16Array.of(0x0101))).toHaveLength(1)
})

it.each([
  ['nazgul', ['Салам. Кайра чалыңыз!', 'бир,', 'Көчө & "үй" <жок>.', 'бир.']],
  ['elena', ['Здравствуйте! Перезвоните.', 'восемь,', 'Дом & «сад».', 'восемь.']],
])('%s says a text among others exactly as alone', async (voice, texts) => {
  const tools = await ensureTools(
    loadConfig(() => new Date()),
    { update() {}, done() {}, warn() {} },
  )
  if (!tools.rhvoice) throw new Error('this test needs RHVoice: the mirror has no non-free section')
  const say = rhvoiceSynthesizer(tools.rhvoice, voice)
  const together = await say(texts, 90)
  const alone = []
  for (const text of texts) alone.push(...(await say([text], 90)))
  expect(together.map(({ samples }) => samples.length)).toEqual(alone.map(({ samples }) => samples.length))
  expect(together).toEqual(alone)
})
