import type { Command } from 'commander'
import { UserError } from '../user-error.ts'
import { benchRegister, parseParts, parts } from './register.ts'

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
}

function count(option: string, text = ''): number {
  if (/^[1-9][0-9]{0,7}$/.test(text)) return Number(text)
  throw new UserError(`${option} takes a number from 1 to 99999999, not "${text}".`)
}
