import { mkdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { rescueCallers } from './asterisk/rescue-callers.ts'
import { banner } from './banner.ts'
import { type Config, commandFile } from './config.ts'
import { makeLog } from './log.ts'
import { configureSwitch, ensureRegister, prepare, renderPrompts } from './prepare.ts'
import { logFile } from './serve.ts'
import { applicationFlags, startApplication } from './setup/application-process.ts'
import { startAsterisk } from './setup/asterisk-process.ts'
import { holdFileLock } from './setup/file-lock.ts'
import { mustBeFree } from './setup/ports.ts'
import { stopSignal, superviseProcess } from './setup/supervise.ts'
import { UserError } from './user-error.ts'

/**
 * `npm start`: sets the machine up as far as that is not done, then keeps Asterisk and the application running until
 * Ctrl-C.
 * @param onReady called once calls are answered and the banner is out
 */
export async function start(onReady: () => Promise<void>): Promise<void> {
  const prepared = await prepare()
  const { config, tools } = prepared
  await refuseSecondStart(config)
  await renderPrompts(prepared)
  await ensureRegister(prepared)
  const files = await configureSwitch(prepared)

  const log = makeLog(config.log.level, logFile(config))
  const stopped = stopSignal()
  const asterisk = await superviseProcess({
    name: 'Asterisk',
    async start() {
      const { exited, finish } = await startAsterisk(tools.asterisk, files)
      return { exited, stop: finish }
    },
    log,
  })
  try {
    const application = await superviseProcess({
      name: 'application',
      start: () => startApplication({ args: [...applicationFlags, commandFile, 'serve'] }),
      onDown: async () => log.warn({ callers: await rescueCallers(files) }, 'sent stranded callers to the apology'),
      log,
    })
    process.stdout.write(banner(config))
    await onReady()
    await stopped
    process.stdout.write(
      '\nStopping: new calls are refused, callers in mid-call hear an apology first. It takes 75 seconds at most.\n',
    )
    await application.stop()
  } finally {
    await asterisk.stop()
  }
}

export function isRunning({ console: { host, port } }: Config): Promise<boolean> {
  const socket = connect({ host, port, timeout: 2000 })
  return new Promise((resolve) => {
    const tell = (answers: boolean) => () => {
      socket.destroy()
      resolve(answers)
    }
    socket.once('connect', tell(true)).once('error', tell(false)).once('timeout', tell(false))
  })
}

async function refuseSecondStart({ console: page, paths }: Config): Promise<void> {
  await mkdir(paths.run, { recursive: true, mode: 0o700 })
  if (!(await holdFileLock(join(paths.run, 'lock')))) {
    throw new UserError(`This line is running already: stop it with Ctrl-C where it was started (${paths.home}).`)
  }
  await mustBeFree('tcp', page, 'the console needs', 'console.port')
}
