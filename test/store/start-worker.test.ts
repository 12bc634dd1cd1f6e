import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { type Answer, startWorker } from '../../src/store/start-worker.ts'
import { cleanUp, scratch } from './scratch.ts'

afterEach(cleanUp)

test('a thread does not take the room for what dies young that its process has', async () => {
  const script = join(scratch(), 'hungry.cjs')
  // Leaves 100 MB behind, and tells of the most room it had for it.
  writeFileSync(
    script,
    `
    const { getHeapSpaceStatistics } = require('node:v8')
    const { parentPort } = require('node:worker_threads')
    let most = 0
    for (let mb = 0; mb < 100; mb += 1) {
      for (let left = 0; left < 1024; left += 1) new Array(128).fill(left)
      most = Math.max(most, getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size)
    }
    parentPort.once('message', () => {
      parentPort.postMessage([{ id: 1, rows: [most] }])
      parentPort.close()
    })
    `,
  )
  for (const which of ['min', 'max']) setFlagsFromString(`--${which}-semi-space-size=64`)

  const worker = startWorker('thread', script, 'none.db')
  const answers = new Promise<readonly Answer[]>((resolve) => worker.onAnswers(resolve))
  worker.post([{ id: 1, sql: '', parameters: [] }])

  const [answer] = await answers
  const [bytes] = answer && 'rows' in answer ? answer.rows : []
  expect(bytes).toBeLessThanOrEqual(8 * 2 ** 20)
  await worker.ended
})
