import { readFile } from 'node:fs/promises'
import { statField } from '../setup/process-stat.ts'

// Linux gives times in ticks of 10 ms everywhere that Node runs.
const tickMs = 10

/** CPU a process has used so far, in milliseconds: user and system. */
export async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  return (Number(statField(stat, 14)) + Number(statField(stat, 15))) * tickMs
}

/** A virtual machine's time since it started, and how much of it its host gave to others. Ticks of all processors together. */
export interface MachineTime {
  readonly all: number
  readonly stolen: number
}

/** As proc_stat(5) has it: user, nice, system, idle, iowait, irq, softirq, steal. */
export async function machineTime(): Promise<MachineTime> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n')
  const ticks = line.split(/ +/).slice(1, 9).map(Number)
  return { all: ticks.reduce((sum, each) => sum + each), stolen: ticks[7] ?? 0 }
}

/** Memory of a process that is not shared with others, in kB. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1])
}
