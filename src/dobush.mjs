#!/usr/bin/env node
// Gets from a bare clone to the compiled application: npm packages, TypeScript, the console's page, then dist/bin.js. Plain JavaScript
// without dependencies, because nothing is installed yet when it runs.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = dirname(dirname(fileURLToPath(import.meta.url)))
const installStamp = join(project, 'node_modules', '.dobush-installed')
const dist = join(project, 'dist')
const line = { stamp: join(dist, '.built'), holds: (name) => !inConsole(name) && /\.(ts|json)$/.test(name) }
const page = { stamp: join(dist, '.console-built'), holds: (name) => inConsole(name) }

class Stop extends Error {}

try {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Stop(
      `Dobush needs Node 20.19 or later and this is ${process.version}: install a newer Node and start again.`,
    )
  }
  if (!isInstalled() || !isBuilt(line) || !isBuilt(page)) {
    const lock = takeLock()
    if (!isInstalled()) await install(lock)
    if (!isBuilt(line)) await buildLine(lock)
    if (!isBuilt(page)) await buildPage(lock)
    // What is started from here on may have to build, too.
    closeSync(lock)
  }
  await import(new URL('../dist/bin.js', import.meta.url).href)
} catch (error) {
  if (!(error instanceof Stop)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

function isInstalled() {
  return readIfThere(installStamp) === wantedInstall()
}

/** A native module is bound to the machine and to Node's ABI as well as to the lock file. */
function wantedInstall() {
  const lock = createHash('sha256')
    .update(readFileSync(join(project, 'package-lock.json')))
    .digest('hex')
  return `${lock} ${process.platform}-${process.arch} ${process.versions.modules}\n`
}

function inConsole(name) {
  return /^console[\\/]/.test(name)
}

function isBuilt(part) {
  return readIfThere(part.stamp) === wantedBuild(part)
}

/** Times and sizes of all sources of a part: any edit, checkout or removal changes it. */
function wantedBuild(part) {
  const hash = createHash('sha256').update(wantedInstall())
  const files = readdirSync(join(project, 'src'), { recursive: true }).filter(part.holds)
  for (const name of ['../tsconfig.json', ...files.sort()]) {
    const { mtimeMs, size } = statSync(join(project, 'src', name))
    hash.update(`${name} ${mtimeMs} ${size}\n`)
  }
  return `${hash.digest('hex')}\n`
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Two starts at once must not install over each other. flock(1) locks the open file this process holds, so the
 * kernel lets go of it whatever becomes of the process: it cannot go stale. npm and tsc are given the open file too, so
 * that they keep others out even when only this process was killed.
 */
function takeLock() {
  const file = openSync(join(project, 'package.json'), 'r')
  const lock = (...options) => spawnSync('flock', [...options, '3'], { stdio: ['ignore', 'ignore', 'ignore', file] })
  if (lock('-n').status !== 1) return file
  process.stderr.write('Waiting for another start of Dobush in this folder to finish installing…\n')
  const waited = lock('-x')
  if (waited.signal) throw new Stop('Stopped while waiting for another start to finish installing.')
  return file
}

async function install(lock) {
  const modules = join(project, 'node_modules')
  const unfinished = join(modules, '.dobush-installing')
  // npm takes a package that was cut off half unpacked for whole. What a person installed by hand is only completed.
  if (existsSync(unfinished)) rmSync(modules, { recursive: true, force: true, maxRetries: 5 })
  mkdirSync(modules, { recursive: true })
  rmSync(installStamp, { force: true })
  writeFileSync(unfinished, '')
  const env = { JOBS: 'max', ...process.env }
  // With the headers that came with this Node, node-gyp has nothing to download.
  const prefix = dirname(dirname(process.execPath))
  if (!env.npm_config_nodedir && existsSync(join(prefix, 'include', 'node', 'node.h'))) env.npm_config_nodedir = prefix
  // Not `npm ci`: it refuses a lock file that names no packages for foreign platforms, and some mirrors have none.
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--foreground-scripts']
  const result = await runShown('npm packages', 'npm', args, env, lock, installProgress)
  if (result.code !== 0) throw new Stop(whyInstallFailed(result))
  writeFileSync(installStamp, wantedInstall())
  rmSync(unfinished)
}

function installProgress(output) {
  if (/node-gyp|make: Entering|g\+\+|prebuild-install/.test(output)) return 'compiling better-sqlite3'
  return `${readdirOrNone(join(project, 'node_modules')).length} folders`
}

function readdirOrNone(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function whyInstallFailed({ code, output }) {
  const again = 'and start again; what is already downloaded is kept'
  if (code === 'ENOENT') return 'npm was not found: install npm (it comes with Node) and start again.'
  if (/ENOSPC|no space left/i.test(output)) return `The disk is full: free about 1 GB under ${project} ${again}.`
  if (/EACCES|EPERM|EROFS/.test(output))
    return `npm may not write in ${project}: make the folder yours and start again.`
  if (
    /not found: (make|g\+\+|gcc)|(make|g\+\+|c\+\+|cc): (command )?not found|(make|g\+\+|c\+\+|cc): No such file|Could not find any Python/i.test(
      output,
    )
  ) {
    return `better-sqlite3 is compiled here and a tool for that is missing: install python3, make and g++ (on Debian: apt install python3 make g++) ${again}.`
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/.test(output)
  ) {
    return `The npm registry can't be reached: check this machine's network (or npm's proxy setting) ${again}.`
  }
  return `npm install failed: read its last lines and start again.\n${lastLines(output)}`
}

async function buildLine(lock) {
  for (const name of readdirOrNone(dist)) {
    if (name !== 'console' && join(dist, name) !== page.stamp) rmSync(join(dist, name), { recursive: true })
  }
  const wanted = wantedBuild(line)
  const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc')
  const result = await runShown(
    'compiling',
    process.execPath,
    [tsc, '-p', 'src'],
    process.env,
    lock,
    () => 'TypeScript',
  )
  if (result.code !== 0) throw new Stop(whyBuildFailed('The sources do not compile: mend what tsc names', result))
  writeFileSync(line.stamp, wanted)
}

/** Vite empties its folder itself. */
async function buildPage(lock) {
  rmSync(page.stamp, { force: true })
  const wanted = wantedBuild(page)
  const vite = join(project, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', join('src', 'console')]
  const result = await runShown("the console's page", process.execPath, args, process.env, lock, () => 'Vite')
  if (result.code !== 0)
    throw new Stop(whyBuildFailed("The console's page can't be built: mend what Vite names", result))
  writeFileSync(page.stamp, wanted)
}

function whyBuildFailed(advice, { output }) {
  if (/ENOSPC|no space left/i.test(output)) return `The disk is full: free some space under ${project} and start again.`
  return `${advice} and start again.\n${lastLines(output)}`
}

function lastLines(output) {
  return output.trim().split('\n').slice(-20).join('\n')
}

/** Runs a program; shows how far it is, in one line on a terminal, in a line every ten seconds elsewhere. */
async function runShown(name, program, args, env, lock, describe) {
  const started = Date.now()
  const terminal = process.stderr.isTTY === true
  const child = spawn(program, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe', lock] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-200_000)
    })
  }
  const show = () => {
    const line = `${name}: ${describe(output)}, ${Math.round((Date.now() - started) / 1000)} s`
    process.stderr.write(terminal ? `\r\x1b[K${line}` : `${line}\n`)
  }
  const timer = setInterval(show, terminal ? 500 : 10_000)
  const code = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.code))
    child.on('close', resolve)
  })
  clearInterval(timer)
  if (terminal) process.stderr.write('\r\x1b[K')
  if (code === 0) process.stderr.write(`${name}: ready after ${Math.round((Date.now() - started) / 1000)} s\n`)
  return { code, output }
}
