import { join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import { loadConfig } from '../config.ts'
import type { ListedMessage } from '../domain/messages.ts'
import { replyRules } from '../open-sms.ts'
import { withSetElection } from '../prepare.ts'
import { print, printJson } from '../print.ts'
import { openVoterDirectory } from '../register/directory.ts'
import { partsOf } from '../sms/parts.ts'
import { readText } from '../sms/read-text.ts'
import { answerableSender, decide } from '../sms/reply.ts'
import { readWording } from '../sms/wording.ts'
import { openHotline } from '../store/database.ts'
import { listMessages } from '../store/message-list.ts'
import { table } from '../table.ts'
import { UserError } from '../user-error.ts'

/** Gives `dobush` what it can do with texts. */
export function addSmsCommands(program: Command): void {
  program
    .command('sms')
    .description('what a text would be answered with, by a line that has never heard of its sender; sends nothing')
    .requiredOption('--from <number>', 'who sends it')
    .option('--text <text>', 'what it says; without it, standard input, so that a PIN stands in no command line')
    .option('--json')
    .action(async ({ from, text, json }: { from: string; text?: string; json?: boolean }) => {
      const reply = await replyTo(from, text ?? (await readAll(process.stdin)))
      if (json) return printJson(reply)
      print(`outcome  ${reply.outcome}`)
      if (reply.texts.length === 0) print('No answer: nothing is sent to such a sender.')
      for (const { text: said, parts } of reply.texts) print(`\n${said}\n(${parts} ${parts === 1 ? 'part' : 'parts'})`)
    })
  program
    .command('messages')
    .description('the newest texts in and out, and what became of them')
    .option('--limit <n>', 'how many', '20')
    .option('--json')
    .action(async ({ limit, json }: { limit: string; json?: boolean }) => {
      const messages = await newestMessages(limit)
      if (json) return printJson(messages)
      print(
        table(
          ['when', '', 'bind', 'number', 'lang', 'text', 'station', 'state', 'parts', 'tries', 'fault'],
          messages.map(({ at, direction, bind, number, language, outcome, station, sending }) => [
            ...[at.toISOString(), direction, bind, number, language, outcome, station],
            ...[sending?.state, sending?.parts, sending?.attempts, sending?.fault],
          ]),
        ),
      )
    })
}

async function replyTo(from: string, text: string) {
  const now = new Date()
  const config = await withSetElection(loadConfig(() => now))
  const { election, paths } = config
  const rules = replyRules(config)
  const voters = openVoterDirectory(paths.register)
  try {
    const stranger = { language: undefined, answersToday: 0, overLimit: () => false }
    const sender = answerableSender(from, rules.ownNumbers)
    const { outcome, reply } = decide(readText(text), sender, stranger, voters, election, now, rules)
    const wording = readWording(join(paths.prompts, 'sms.yaml'), () => election)
    const texts = reply ? wording(reply.text, reply.languages, reply) : []
    return { outcome, texts: texts.map((said) => ({ text: said, parts: partsOf(said) })) }
  } finally {
    voters.close()
  }
}

async function newestMessages(limit: string): Promise<readonly ListedMessage[]> {
  if (!/^[1-9][0-9]{0,5}$/.test(limit)) throw new UserError(`--limit takes a number from 1 to 999999, not "${limit}".`)
  const hotline = await openHotline(loadConfig(() => new Date()).database)
  try {
    return await listMessages(hotline, { limit: Number(limit) })
  } finally {
    await hotline.destroy()
  }
}
