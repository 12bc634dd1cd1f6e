import type { Transcript, TranscriptEntry } from './transcript.ts'

/** Q.850 causes a caller meets, in words. */
const causes: Readonly<Record<number, string>> = {
  1: 'unallocated number',
  3: 'no route to destination',
  16: 'normal clearing',
  17: 'user busy',
  19: 'no answer',
  21: 'call rejected',
  27: 'destination out of order',
  28: 'invalid number format',
  31: 'normal, unspecified',
  34: 'no circuit available',
  38: 'network out of order',
  41: 'temporary failure',
  42: 'switching equipment congestion',
  127: 'interworking',
}

/** The conversation for people, a line for each thing that happened. */
export function formatTranscript({ to, codec, answerMs, entries }: Transcript): string {
  const how = answerMs === undefined ? 'not answered' : `answered after ${Math.round(answerMs)} ms (${codec})`
  const width = Math.max(10, ...entries.map((entry) => (entry.kind === 'heard' ? entry.name.length : 0)))
  return [`${clock(0)}  dialled ${to}, ${how}`, ...entries.map((entry) => formatEntry(entry, width))].join('\n')
}

function formatEntry(entry: TranscriptEntry, width: number): string {
  return `${clock(entry.atMs)}  ${words(entry, width)}`
}

function words(entry: TranscriptEntry, width: number): string {
  switch (entry.kind) {
    case 'heard': {
      const cut = entry.whole ? '' : ` (cut at ${((entry.endMs - entry.atMs) / 1000).toFixed(1)} s)`
      const text = entry.text === undefined ? '' : `«${entry.text}»`
      return `${entry.language}  ${entry.name.padEnd(width)}  ${text}${cut}`.trimEnd()
    }
    case 'pressed':
      return `pressed ${entry.keys}`
    case 'said':
      return `spoke for ${(entry.lengthMs / 1000).toFixed(1)} s`
    case 'ended':
      switch (entry.by) {
        case 'caller':
          return 'the caller hung up'
        case 'line':
          return `the line hung up${inBrackets(entry.cause)}`
        case 'refused':
          return `refused: ${entry.status}${inBrackets(entry.cause)}`
      }
  }
}

function inBrackets(cause: number | undefined): string {
  if (cause === undefined) return ''
  const name = causes[cause]
  return ` (${cause}${name ? ` ${name}` : ''})`
}

/** Minutes, seconds and tenths: 01:02.3 */
function clock(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100))
  const minutes = String(Math.floor(tenths / 600)).padStart(2, '0')
  return `${minutes}:${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`
}
