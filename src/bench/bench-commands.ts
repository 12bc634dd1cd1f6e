import type { Command } from 'commander'
import { UserError } from '../user-error.ts'
import { benchCalls, parseVariants } from './calls.ts'
import { benchMemory } from './calls-memory.ts'
import { variantNames } from './calls-variants.ts'
import { benchConsole } from './console.ts'
import { benchRegister, parseParts, parts } from './register.ts'
import { benchSms } from './sms.ts'

/** Gives `dobush bench` what it can measure. */
export function addBenchCommands(bench: Command): void {
  bench
    .command('register')
    .description('the register: import, lookup, clips, and swaps under calls; the last line is JSON')
    .option('--voters <n>', 'voters of the synthetic list', '4300000')
    .option('--stations <n>', 'its polling stations', '2500')
    .option('--rounds <n>', 'how often each thing is measured', '3')
    .option('--calls <n>', 'calls at rest, while swapping, and while importing: so many each', '36')
    .option('--only <parts>', `some of ${parts.join(',')}; what is not measured is null`, parts.join(','))
    .option('--folder <folder>', "where to work, instead of the system's temporary folder; needs about 2 GB")
    .action(({ voters, stations, rounds, calls, only, folder }: Record<string, string>) =>
      benchRegister({
        voters: count('--voters', voters),
        stations: count('--stations', stations),
        rounds: count('--rounds', rounds),
        calls: count('--calls', calls),
        only: parseParts(only ?? ''),
        ...(folder === undefined ? {} : { folder }),
      }),
    )
  bench
    .command('calls')
    .description('the standard call: Dobush beside what people would use instead; the last line is JSON')
    .option('--quick', 'one fixed load, in less than five minutes')
    .option('--rounds <n>', 'how often each thing is measured', '3')
    .option('--concurrency <list>', 'calls at once, one load for each', '1,10,50,100,200,400')
    .option('--variants <list>', `some of ${variantNames.join(',')}`, variantNames.join(','))
    .option('--voters <n>', 'voters that are looked up', '1000000')
    .option('--calls <n>', 'calls of the fixed load', '40')
    .option(
      '--max-calls <n>',
      'calls at once that each Asterisk takes before it refuses; 200 as the line ships',
      '2000',
    )
    .option('--no-rates', 'without the search for the highest clean rate')
    .option('--folder <folder>', "where to work, instead of the system's temporary folder; needs about 1 GB")
    .action((given: Record<string, string> & { quick?: boolean; rates: boolean }) =>
      benchCalls({
        quick: given.quick ?? false,
        rates: given.rates,
        rounds: count('--rounds', given.rounds),
        concurrency: (given.concurrency ?? '').split(',').map((each) => count('--concurrency', each.trim())),
        variants: parseVariants(given.variants ?? ''),
        voters: count('--voters', given.voters),
        calls: count('--calls', given.calls),
        maxCalls: count('--max-calls', given.maxCalls),
        ...(given.folder === undefined ? {} : { folder: given.folder }),
      }),
    )
  bench
    .command('memory')
    .description('what the line holds while nobody calls, after more and more calls; the last line is JSON')
    .option('--calls <n>', 'calls in all', '100000')
    .option('--rate <n>', 'calls a second', '60')
    .option('--voters <n>', 'voters that are looked up', '1000000')
    .option('--folder <folder>', "where to work, instead of the system's temporary folder; needs about 2 GB")
    .action(({ calls, rate, voters, folder }: Record<string, string>) =>
      benchMemory({
        calls: count('--calls', calls),
        perSecond: count('--rate', rate),
        voters: count('--voters', voters),
        ...(folder === undefined ? {} : { folder }),
      }),
    )
  bench
    .command('console')
    .description(
      'the console over a long history: filters, Now, exports, and the line meanwhile; the last line is JSON',
    )
    .option('--calls <n>', 'calls of the made-up history, each of about twelve steps', '1000000')
    .option('--callbacks <n>', 'requests left in them', '50000')
    .option('--searches <n>', 'filters that are tried, and looks at Now', '300')
    .option('--exported <n>', 'calls that are exported', '100000')
    .option('--supervisors <n>', 'people who click', '10')
    .option('--line-calls <n>', 'calls into the line at rest, and as many while they click', '60')
    .option('--rounds <n>', 'how often the two take turns', '3')
    .option('--folder <folder>', "where to work, instead of the system's temporary folder; needs about 4 GB")
    .action(
      ({ calls, callbacks, searches, exported, supervisors, lineCalls, rounds, folder }: Record<string, string>) =>
        benchConsole({
          calls: count('--calls', calls),
          callbacks: count('--callbacks', callbacks),
          searches: count('--searches', searches),
          exported: count('--exported', exported),
          supervisors: count('--supervisors', supervisors),
          lineCalls: count('--line-calls', lineCalls),
          rounds: count('--rounds', rounds),
          ...(folder === undefined ? {} : { folder }),
        }),
    )
  bench
    .command('sms')
    .description('texts in and out through one bind, against an SMSC in Perl; the last line is JSON')
    .option('--messages <n>', 'texts of the load without pauses', '100000')
    .option('--paced <n>', 'texts of the load at a rate', '6000')
    .option('--rate <n>', 'texts a second of the latter', '100')
    .option('--voters <n>', 'voters that are looked up', '1000000')
    .option('--folder <folder>', "where to work, instead of the system's temporary folder; needs about 500 MB")
    .action(({ messages, paced, rate, voters, folder }: Record<string, string>) =>
      benchSms({
        messages: count('--messages', messages),
        paced: count('--paced', paced),
        rate: count('--rate', rate),
        voters: count('--voters', voters),
        ...(folder === undefined ? {} : { folder }),
      }),
    )
}

function count(option: string, text = ''): number {
  if (/^[1-9][0-9]{0,7}$/.test(text)) return Number(text)
  throw new UserError(`${option} takes a number from 1 to 99999999, not "${text}".`)
}
