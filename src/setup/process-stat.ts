/**
 * A field of what Linux tells of a process or a thread in /proc/PID/stat.
 * @param number as proc_pid_stat(5) counts, from the third on: the second, the program's name, may hold anything
 */
export function statField(stat: string, number: number): string | undefined {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[number - 3]
}
