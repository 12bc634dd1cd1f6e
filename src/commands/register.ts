import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { constants, setPriority, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type Config, loadConfig } from '../config.ts'
import { activateRegister, editRegister, importRegister, overrideReport, prepare, stagingOf } from '../prepare.ts'
import { print, printJson } from '../print.ts'
import { activeSnapshot, previousId, snapshotIds } from '../register/active.ts'
import type { Origin } from '../register/bring-in.ts'
import { writeDurably } from '../register/durable.ts'
import { makeManifest } from '../register/edition/make-manifest.ts'
import { generateKey, signManifest } from '../register/edition/signing-keys.ts'
import { stageEdition } from '../register/edition/source.ts'
import { readEdits, withdrawEdit } from '../register/edits.ts'
import { readJournal } from '../register/journal.ts'
import { formatReport, readReport, reportIds } from '../register/report.ts'
import { table } from '../table.ts'
import { UserError } from '../user-error.ts'

interface By {
  by: string
  reason: string
}

const config = (): Config => loadConfig(() => new Date())

/** Gives `dobush register` what it can do. */
export function addRegisterCommands(register: Command): void {
  register
    .command('import [source]')
    .description('import a folder, an https address or two CSV files, and make them the active register')
    .option('--voters <file>', 'CSV: pin, station, status; also .gz or .zst')
    .option('--stations <file>', 'CSV: number, region, address_ky, address_ru; also .gz or .zst')
    .option('--manifest <file>', 'the signed manifest of the two')
    .option('--new-key', 'make the tokens of PINs under a new key')
    .action(async (source: string | undefined, options: Partial<Files> & { newKey?: boolean }) => {
      setPriority(constants.priority.PRIORITY_LOW)
      const imported = await importRegister(await prepare(), originOf(source, options), {
        again: true,
        newKey: options.newKey === true,
        by: `user ${userInfo().username}`,
      })
      if (imported) print(`Snapshot ${imported.id} is active.`)
    })
  register
    .command('refresh')
    .description('import what register.source has, if it is new; what the schedule runs')
    .action(async () => {
      const { source } = config().register
      if (source === undefined)
        throw new UserError('register.source is not set in the configuration: say where to look.')
      setPriority(constants.priority.PRIORITY_LOW)
      const imported = await importRegister(await prepare(), source)
      print(imported ? `imported ${imported.id}` : 'unchanged')
    })
  register
    .command('activate <id>')
    .description('make an imported snapshot the active one')
    .option('--override', 'although its report has red checks; two different people must say so')
    .option('--by <name>', 'who you are')
    .option('--reason <text>', 'why')
    .action(async (id: string, { override, by, reason }: { override?: boolean } & Partial<By>) => {
      if (override) await overrideReport(config(), id, named({ by, reason }))
      const info = await activateRegister(await prepare(), id, { ...(by ? { by } : {}), ...(reason ? { reason } : {}) })
      print(`Snapshot ${info.id} is active.`)
    })
  register
    .command('rollback')
    .description('go back to the fit snapshot before the active one')
    .option('--by <name>', 'who you are')
    .option('--reason <text>', 'why')
    .action(async ({ by, reason }: Partial<By>) => {
      const prepared = await prepare()
      const id = await previousId(prepared.config.paths.register)
      await activateRegister(prepared, id, { ...(by ? { by } : {}), ...(reason ? { reason } : {}) })
      print(`Snapshot ${id} is active.`)
    })
  register
    .command('status')
    .description('the snapshots on this machine')
    .option('--json')
    .action(async ({ json }: { json?: boolean }) => {
      const folder = config().paths.register
      const active = activeSnapshot(folder)
      const snapshots = await snapshotIds(folder)
      const edits = readEdits(folder)
      if (json) return printJson({ active, snapshots, edits })
      if (!active) throw new UserError('No register was imported yet; npx dobush register import does it.')
      print(
        `active   ${active.id}: ${active.voters} voters, ${active.stations} stations, as of ${active.asOf.toISOString()}`,
      )
      for (const id of snapshots) if (id !== active.id) print(`kept     ${id}`)
      if (edits.length > 0) print(`edited   ${edits.map(({ station }) => station).join(', ')}`)
    })
  register
    .command('report [id]')
    .description('what the checks of an import found; the newest without an id')
    .option('--json')
    .action(async (id: string | undefined, { json }: { json?: boolean }) => {
      const folder = config().paths.register
      const wanted = id ?? (await reportIds(folder)).at(-1)
      if (wanted === undefined) throw new UserError('Nothing was imported yet; npx dobush register import does it.')
      const report = readReport(folder, wanted)
      if (json) return printJson(report)
      print(formatReport(report))
    })
  register
    .command('journal')
    .description('what people did to the register, and why')
    .option('--json')
    .action(async ({ json }: { json?: boolean }) => {
      const entries = await readJournal(config().paths.register)
      if (json) return printJson(entries)
      print(
        table(
          ['when', 'who', 'what', 'snapshot', 'station', 'reason', 'detail'],
          entries.map(({ at, by, what, snapshot, station, reason, detail }) => [
            ...[at, by, what, snapshot, station, reason, detail],
          ]),
        ),
      )
    })

  addEditCommands(register)
  addSigningCommands(register)
}

function addEditCommands(register: Command): void {
  register
    .command('edit <what> <number>')
    .description('edit station 1234: its address or its closing, spoken from the next call on')
    .option('--address-ky <text>', 'new address in Kyrgyz')
    .option('--address-ru <text>', 'new address in Russian')
    .option('--closed', 'the station is closed')
    .option('--instead <number>', 'where its voters go, when it is closed')
    .option('--withdraw', 'undo the edits of the station')
    .requiredOption('--by <name>', 'who you are')
    .requiredOption('--reason <text>', 'why')
    .action(async (what: string, station: string, options: EditOptions) => {
      if (what !== 'station') throw new UserError(`Only a station can be edited, not "${what}": edit station 1234.`)
      const { by, reason } = options
      const folder = config().paths.register
      if (options.withdraw) {
        await withdrawEdit(folder, station, by, reason, new Date())
        return print(`Station ${station} is again as the register has it.`)
      }
      await editRegister(await prepare(), { station, by, reason, ...changeOf(options) })
      print(`Station ${station} is edited: the next call hears it.`)
    })
}

interface EditOptions extends By {
  addressKy?: string
  addressRu?: string
  closed?: boolean
  instead?: string
  withdraw?: boolean
}

function changeOf({ addressKy, addressRu, closed, instead }: EditOptions) {
  if ((addressKy === undefined) !== (addressRu === undefined)) {
    throw new UserError('An address is edited in both languages: give --address-ky and --address-ru.')
  }
  if (instead !== undefined && !closed) throw new UserError('--instead goes with --closed.')
  if (addressKy === undefined && !closed) {
    throw new UserError('Nothing to edit: give --address-ky and --address-ru, or --closed, or --withdraw.')
  }
  return {
    ...(addressKy !== undefined && addressRu !== undefined ? { address: { ky: addressKy, ru: addressRu } } : {}),
    ...(closed ? { closed: instead === undefined ? {} : { instead } } : {}),
  }
}

function addSigningCommands(register: Command): void {
  register
    .command('keygen')
    .description('make a key that signs editions: NAME.key to keep secret, NAME.pub.json for register.keys')
    .requiredOption('--name <name>', 'whose key it is; also names the files')
    .requiredOption('--expires <day>', 'last day it may sign, like 2027-01-31')
    .option('--out <folder>', 'where to', '.')
    .action(async ({ name, expires, out }: { name: string; expires: string; out: string }) => {
      const { privatePem, publicKey } = generateKey({ name, expires })
      const stem = join(out, name.replace(/[^A-Za-z0-9-]+/g, '-').toLowerCase() || 'register')
      const files = { key: `${stem}.key`, public: `${stem}.pub.json` }
      if (existsSync(files.key) || existsSync(files.public)) {
        throw new UserError(`${files.key} or ${files.public} is there already. Choose another name or folder.`)
      }
      await writeFile(files.key, privatePem, { mode: 0o600, flag: 'wx' })
      await writeFile(files.public, `${JSON.stringify(publicKey, null, 2)}\n`, { flag: 'wx' })
      print(`${files.key}\n${files.public}`)
    })
  register
    .command('sign <folder>')
    .description('write manifest.json beside voters.csv and stations.csv (or .gz, .zst), signed')
    .requiredOption('--key <file>', 'the private key that keygen made')
    .requiredOption('--id <id>', 'name of this edition, like 2026-11-22')
    .requiredOption('--election <name>', 'the election it is for')
    .option('--as-of <time>', 'the moment the list describes, like 2026-11-22T18:00:00+06:00; now without it')
    .action(async (folder: string, options: { key: string; id: string; election: string; asOf?: string }) => {
      const asOf = options.asOf ?? new Date().toISOString()
      const manifest = await makeManifest({ folder, id: options.id, election: options.election, asOf })
      const signed = signManifest(manifest, await readFile(options.key, 'utf8'))
      const file = join(folder, 'manifest.json')
      await writeDurably(file, `${JSON.stringify(signed, null, 2)}\n`)
      print(file)
    })
  register
    .command('verify <source>')
    .description('see whether an edition in a folder or at an address is whole and signed by a key we trust')
    .action(async (source: string) => {
      // Not in the register's folder: an import that runs there sweeps it.
      const scratch = await mkdtemp(join(tmpdir(), 'dobush-verify-'))
      const edition = await stageEdition(source, { ...stagingOf(config(), source), folder: scratch }).finally(() =>
        rm(scratch, { recursive: true, force: true }),
      )
      const manifest = edition?.manifest
      print(
        manifest
          ? `Edition ${manifest.id} of ${manifest.election} is whole: ${manifest.voters.rows} voters, ${manifest.stations.rows} stations, signed by ${edition?.signedBy ?? 'nobody, and its source is trusted'}.`
          : 'There is no manifest, and the source is trusted without one.',
      )
    })
}

interface Files {
  voters: string
  stations: string
  manifest: string
}

function originOf(source: string | undefined, { voters, stations, manifest }: Partial<Files>): Origin {
  if (source !== undefined && voters === undefined && stations === undefined) return source
  if (source !== undefined || voters === undefined || stations === undefined) {
    throw new UserError('Give a folder or an address, or both --voters and --stations.')
  }
  return { voters, stations, ...(manifest === undefined ? {} : { manifest }) }
}

function named({ by, reason }: { by: string | undefined; reason: string | undefined }): By {
  if (!by || !reason) throw new UserError('An override is logged: give --by NAME and --reason TEXT.')
  return { by, reason }
}
