import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Command, CommanderError } from 'commander'
import { addBenchCommands } from './bench/bench-commands.ts'
import { placeCallCommand } from './commands/call.ts'
import { addRecordingsCommands } from './commands/recordings.ts'
import { addRegisterCommands } from './commands/register.ts'
import { addSmsCommands } from './commands/sms.ts'
import { addUsersCommands } from './commands/users.ts'
import { loadConfig, projectFolder } from './config.ts'
import { languages } from './domain/language.ts'
import { parsePin } from './domain/pin.ts'
import { activateRegister, prepare, renderPrompts, spokenRegister } from './prepare.ts'
import { print, printJson } from './print.ts'
import { activeSnapshot } from './register/active.ts'
import { openVoterDirectory } from './register/directory.ts'
import { defaultSample, writeSample } from './register/sample.ts'
import { serve } from './serve.ts'
import { writePromptNames } from './speech/prompt-names-file.ts'
import { start } from './start.ts'
import { makeCallLog } from './store/call-log.ts'
import { listCallbacks } from './store/callback-requests.ts'
import { openHotline } from './store/database.ts'
import { table } from './table.ts'
import { UserError } from './user-error.ts'

/**
 * The `dobush` command.
 * @param argv without node and script
 * @returns the exit code: 0 done, 1 a fault said in one sentence on standard error, 2 a wrong command line
 */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await command().parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const sentence = error instanceof UserError ? error.message : explainDisk(error)
    if (sentence === undefined) throw error
    process.stderr.write(`${sentence}\n`)
    return 1
  }
}

/** Faults of the disk, wherever they come up. */
function explainDisk(error: unknown): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException
  const where = path ? ` (${path})` : ''
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') return `The disk is full${where}: free some space and start again.`
  if (code === 'EACCES' || code === 'EROFS')
    return `This user may not write there${where}: change that and start again.`
  return undefined
}

/** What a command that found something wrong, without failing itself, ends with. */
let exitCode = 0

function command(): Command {
  const program = new Command('dobush')
    .description('The telephone line of an election commission')
    .exitOverride()
    .showHelpAfterError('(npx dobush --help shows what there is)')

  program
    .command('start')
    .description('set this machine up as far as it is not, and run the line until Ctrl-C')
    .option('--demo', 'end with a sample call')
    .action(({ demo }: { demo?: boolean }) =>
      start(async () => {
        if (demo) await placeCallCommand({ did: '1255', keys: '2 1 20504198000123# 4' })
      }),
    )
  program
    .command('setup')
    .description('bring Asterisk, the voices and sox to this machine, and render the prompts')
    .action(async () => renderPrompts(await prepare()))
  program.command('serve').description('run the application alone, beside an Asterisk that runs already').action(serve)
  program
    .command('call')
    .description('place a call into the running line as a caller would, and print what was heard')
    .option('--did <number>', 'number to dial', '1255')
    .option('--keys <script>', 'what to press, a group each time the line falls quiet', '')
    .option('--from <number>', 'caller ID; "withheld" for none', '+996555123456')
    .option('--codec <name>', 'alaw, ulaw or g722', 'alaw')
    .option('--save <file>', 'keep what was heard as a WAV')
    .option('--json', 'print the transcript as JSON')
    .action(placeCallCommand)

  program
    .command('sample')
    .description('write a synthetic register of any size as CSV files')
    .option('--stations <n>', 'polling stations', String(defaultSample.stations))
    .option('--voters <n>', 'voters', String(defaultSample.voters))
    .option('--out <folder>', 'where to', 'sample')
    .action(async ({ stations, voters, out }: { stations: string; voters: string; out: string }) => {
      const files = await writeSample(out, { stations: Number(stations), voters: Number(voters) })
      print(`${files.votersCsv}\n${files.stationsCsv}`)
    })

  addRegisterCommands(program.command('register').description('the voter list'))
  addUsersCommands(program.command('users').description('who may sign in at the console'), () =>
    firstLine(process.stdin),
  )
  addSmsCommands(program)
  addBenchCommands(program.command('bench').description('measurements, side by side with what they are compared with'))

  program
    .command('calls')
    .description('the newest calls')
    .option('--limit <n>', 'how many', '20')
    .option('--json')
    .action(async ({ limit, json }: { limit: string; json?: boolean }) => {
      const hotline = await openHotline(loadConfig(() => new Date()).database)
      try {
        const calls = await makeCallLog(hotline).listCalls({ limit: count(limit) })
        if (json) return printJson(calls)
        print(
          table(
            ['when', 'DID', 'caller', 'lang', 'phase', 'ended', 'cause', 'seconds', 'station', 'steps'],
            calls.map((call) => [
              call.startedAt.toISOString(),
              call.did,
              call.caller ?? 'withheld',
              call.language,
              call.phase,
              call.disposition,
              call.hangupCause,
              Math.round((call.endedAt.getTime() - call.startedAt.getTime()) / 1000),
              call.station,
              call.steps.map(({ name, outcome, key }) => `${name}:${key ?? outcome}`).join(' '),
            ]),
          ),
        )
      } finally {
        await hotline.destroy()
      }
    })
  program
    .command('callbacks')
    .description('the newest callback requests')
    .option('--limit <n>', 'how many', '20')
    .option('--json')
    .action(async ({ limit, json }: { limit: string; json?: boolean }) => {
      const hotline = await openHotline(loadConfig(() => new Date()).database)
      try {
        const listed = await listCallbacks(hotline, count(limit))
        if (json) return printJson(listed)
        print(
          table(
            ['when', 'reference', 'state', 'reason', 'number', 'lang', 'seconds', 'id'],
            listed.map((request) => [
              request.createdAt.toISOString(),
              request.reference,
              request.state,
              request.reason,
              request.number ?? 'unknown',
              request.language,
              Math.round(request.durationMs / 1000),
              request.id,
            ]),
          ),
        )
      } finally {
        await hotline.destroy()
      }
    })
  addRecordingsCommands(program.command('recordings').description('what callers said'))
  program
    .command('voter')
    .description('what the active register says of a PIN')
    .requiredOption('--pin-stdin', 'read the PIN from standard input, so that it stands in no command line or history')
    .option('--json')
    .action(async ({ json }: { json?: boolean }) => {
      const pin = parsePin(await firstLine(process.stdin))
      if (!pin) throw new UserError('A PIN is exactly 14 digits; what came on standard input is not one.')
      const directory = openVoterDirectory(loadConfig(() => new Date()).paths.register)
      try {
        const answer = directory.findByPin(pin)
        if (answer.kind !== 'found') exitCode = 1
        if (json) return printJson(answer)
        if (answer.kind !== 'found') return print(answer.kind)
        print(`station ${answer.station.number}`)
        for (const language of languages) print(`${language}  ${answer.station.address[language]}`)
      } finally {
        directory.close()
      }
    })

  const prompts = program
    .command('prompts')
    .description('every prompt and clip')
    .option('--json')
    .action(async ({ json }: { json?: boolean }) => {
      const { config, speech } = await prepare()
      const { stations, asOf } = spokenRegister(config)
      const listed = speech.list(stations, asOf)
      if (json) return printJson(listed)
      print(
        table(
          ['name', 'lang', 'source', 'text'],
          listed.map((clip) => [clip.name, clip.language, clip.source, clip.text]),
        ),
      )
    })
  prompts
    .command('check')
    .description('what is missing, stale, too quiet, clipped or unreadable')
    .action(async () => {
      const { config, speech } = await prepare()
      const { stations, asOf } = spokenRegister(config)
      const findings = await speech.check(stations, asOf)
      for (const { kind, language, name, message } of findings)
        print(`${kind}  ${language ?? '--'}/${name}  ${message}`)
      if (findings.length === 0) print('Every prompt is there and fit to be heard.')
      else exitCode = 1
    })
  prompts
    .command('render')
    .description('render what is missing')
    .action(async () => {
      const prepared = await prepare()
      await renderPrompts(prepared)
      const active = activeSnapshot(prepared.config.paths.register)
      if (active) await activateRegister(prepared, active.id)
    })
  prompts
    .command('names')
    .description('make src/domain/prompt-names.ts anew of prompts/catalog.yaml')
    .action(() => {
      const catalog = join(projectFolder, 'prompts', 'catalog.yaml')
      const changed = writePromptNames(catalog, join(projectFolder, 'src', 'domain', 'prompt-names.ts'))
      print(changed ? 'src/domain/prompt-names.ts was made anew.' : 'src/domain/prompt-names.ts is up to date.')
    })
  return program
}

function count(text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text)
  throw new UserError(`--limit takes a number from 1 to 999999, not "${text}".`)
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line.trim()
  return ''
}
