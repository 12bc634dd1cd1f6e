import { join } from 'node:path'
import { projectFolder } from '../src/config.ts'
import { runProgram } from '../src/setup/run-program.ts'

test('the client the console talks to the API with is what src/api says', async () => {
  const { code, output } = await runProgram(process.execPath, [join(projectFolder, 'dist', 'api-client.js'), '--check'])
  expect({ code, output }).toEqual({ code: 0, output: '' })
})
