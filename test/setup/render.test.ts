import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { renderSwitch, renderTemplate } from '../../src/setup/render-dialplan.ts'
import { renderTestSwitch, type TestSwitch } from './test-switch.ts'

let line: TestSwitch
beforeAll(async () => {
  line = await renderTestSwitch()
}, 300_000)
afterAll(() => line.remove())

const etc = () => dirname(line.files.configFile)
const rendered = async (name: string) => readFile(join(etc(), name), 'utf8')

test('files are for this user alone', async () => {
  const modes = async (folder: string): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return Promise.all(
      entries.map(async (entry) => {
        const { mode } = await stat(join(entry.parentPath, entry.name))
        return `${entry.isDirectory() ? 'folder' : 'file'} ${(mode & 0o777).toString(8)}`
      }),
    )
  }
  expect(new Set(await modes(line.config.paths.run))).toEqual(new Set(['folder 700', 'file 600']))
})

test('secrets are long, differ between homes and stay the same in one', async () => {
  const again = await line.render()
  expect(again).toEqual(line.files)
  expect(again.ariPassword).toMatch(/^[0-9a-f]{48}$/)
  const other = await renderTestSwitch()
  expect(other.files.ariPassword).not.toBe(again.ariPassword)
  expect(other.files.ami.secret).not.toBe(again.ami.secret)
  await other.remove()
})

test('every template is filled in', async () => {
  for (const name of await readdir(etc())) expect(await rendered(name)).not.toMatch(/\{\{|undefined/)
})

test('a name that nothing fills in is an error', () => {
  expect(() => renderTemplate('bind = {{hots}}', { host: 'x' }, 'pjsip.conf')).toThrow(/pjsip\.conf names \{\{hots\}\}/)
  expect(renderTemplate('{{a}}{{b}}', { a: 1, b: '{{a}}' }, 'x.conf')).toBe('1{{a}}')
})

test('the dialplan has no way out, and no digits reach the log', async () => {
  expect(await rendered('extensions.conf')).not.toMatch(/\b(Dial|Originate|System|AGI)\(/)
  expect(await rendered('modules.conf')).not.toMatch(
    /app_dial|app_system|func_shell|app_originate|res_agi|registrar|anonymous/,
  )
  const log = (await rendered('logger.conf')).split('\n').filter((text) => !text.startsWith(';'))
  expect(log.join('\n')).not.toMatch(/dtmf|verbose|debug|full|notice/)
})

test('a path that Asterisk cannot hold is refused in one sentence', async () => {
  const config = { ...line.config, paths: { ...line.config.paths, run: `${line.config.paths.home}/a,b` } }
  const apology = { ky: '/x/ky', ru: '/x/ru' }
  await expect(renderSwitch(config, line.tools, { apology })).rejects.toThrow(/can't hold the path .*a,b/)
})

test('a deep home gets its control socket elsewhere', async () => {
  const deep = join(line.config.paths.run, 'd'.repeat(120))
  const config = { ...line.config, paths: { ...line.config.paths, run: deep } }
  const { configFile } = await renderSwitch(config, line.tools, { apology: { ky: '/x/ky', ru: '/x/ru' } })
  const folder = /^astrundir => (.*)$/m.exec(await readFile(configFile, 'utf8'))?.[1] ?? ''
  expect(folder.length).toBeLessThan(90)
  const { mode, uid } = await stat(folder)
  expect({ mode: mode & 0o777, uid }).toEqual({ mode: 0o700, uid: process.getuid?.() })
  await rm(folder, { recursive: true })
})
