/** Where the line's days begin and end; all its clocks show this, wherever the browser is. */
export const lineZone = 'Asia/Bishkek'

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: lineZone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** Year, month, day, hour, minute and second in the line's zone, with leading zeros. */
export function inZone(at: Date): Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', string>> {
  const named = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]))
  const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = named
  return { year, month, day, hour, minute, second }
}

/** `2026-11-22 14:05`, as the date pickers have it, in the line's zone. */
export function toPicker(iso: string): string {
  const { year, month, day, hour, minute } = inZone(new Date(iso))
  return `${year}-${month}-${day} ${hour}:${minute}:00`
}

/** The moment a date picker means, `2026-11-22` or `2026-11-22 14:05:00`, as ISO in UTC. */
export function fromPicker(picked: string): string {
  const [day = '', clock = '00:00:00'] = picked.split(' ')
  const asIfUtc = new Date(`${day}T${clock}Z`)
  return new Date(asIfUtc.getTime() - offsetAt(asIfUtc)).toISOString()
}

/** Today in the line's zone, `2026-11-22`. */
export function today(): string {
  const { year, month, day } = inZone(new Date())
  return `${year}-${month}-${day}`
}

/** How far the zone is ahead of UTC then, in ms. */
function offsetAt(at: Date): number {
  const { year, month, day, hour, minute, second } = inZone(at)
  return Date.UTC(+year, +month - 1, +day, +hour, +minute, +second) - Math.floor(at.getTime() / 1000) * 1000
}
