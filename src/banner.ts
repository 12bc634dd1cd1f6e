import { relative } from 'node:path'
import type { Config } from './config.ts'
import { logFile } from './serve.ts'

/** Synthetic voters that the sample register always lists, or never. */
export const samplePins = [
  ['20504198000123', 'listed, station 1101'],
  ['11503199200045', 'listed, station 7087'],
  ['21212197500042', 'without biometric registration'],
  ['20101199099999', 'not in the list'],
  ['10203201200017', 'under 18 on voting day'],
  ['90000000000000', 'typed wrongly'],
] as const

/** What a person needs to know once the line answers. */
export function banner(config: Config): string {
  const { host, sipPort } = config.asterisk
  const [number, ...others] = config.line.numbers
  const page = `${config.console.tls ? 'https' : 'http'}://${config.console.host}:${config.console.port}`
  return `
Dobush answers.

  Call     sip:${number}@${host}:${sipPort} from a softphone on this machine (also ${others.join(', ')})
           or: npm run call -- --did ${number} --keys "2 1 ${samplePins[0][0]}# 4"
  PINs     ${samplePins.map(([pin, means]) => `${pin}  ${means}`).join('\n           ')}
           (of the synthetic sample register)
  Console  ${page}; the first to sign in: npx dobush users add NAME --roles administrator
  Health   ${page}/health
  Log      ${relative(process.cwd(), logFile(config))}; calls: npx dobush calls, requests: npx dobush callbacks
  Stop     Ctrl-C
`
}
