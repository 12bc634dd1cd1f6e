/** A SIP message (RFC 3261, 7). Header names are lower case and in their long form. */
export interface SipMessage {
  readonly first: SipRequestLine | SipStatusLine
  /** In the order of the message; several of a name stay several. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

export interface SipRequestLine {
  readonly method: string
  readonly uri: string
}

export interface SipStatusLine {
  readonly status: number
  readonly reason: string
}

const longForms: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
}

/** @returns undefined for what is no SIP, keep-alives among them */
export function parseSip(datagram: Buffer): SipMessage | undefined {
  const text = datagram.toString('utf8')
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [start = '', ...lines] = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const first = parseFirst(start)
  if (!first) return undefined
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':')
    if (colon < 0) return []
    const name = line.slice(0, colon).trim().toLowerCase()
    return [[longForms[name] ?? name, line.slice(colon + 1).trim()]]
  })
  return { first, headers, body: text.slice(end + 4) }
}

export function formatSip({ first, headers, body }: SipMessage): Buffer {
  const start = 'method' in first ? `${first.method} ${first.uri} SIP/2.0` : `SIP/2.0 ${first.status} ${first.reason}`
  const length = ['content-length', String(Buffer.byteLength(body))] as const
  const lines = [...headers, length].map(([name, value]) => `${titled(name)}: ${value}`)
  return Buffer.from(`${[start, ...lines].join('\r\n')}\r\n\r\n${body}`)
}

export function header(message: SipMessage, name: string): string | undefined {
  return headersOf(message, name)[0]
}

export function headersOf({ headers }: SipMessage, name: string): string[] {
  return headers.filter(([own]) => own === name).map(([, value]) => value)
}

/** Number and method of CSeq. */
export function sequenceOf(message: SipMessage): { number: number; method: string } {
  const [number = '0', method = ''] = (header(message, 'cseq') ?? '').split(/\s+/)
  return { number: Number(number), method }
}

export function tagOf(address: string | undefined): string | undefined {
  return /;\s*tag=([^;\s>]+)/i.exec(address ?? '')?.[1]
}

/** The address between the angle brackets, or the bare one. */
export function uriOf(address: string | undefined): string | undefined {
  return /<([^>]+)>/.exec(address ?? '')?.[1] ?? address?.split(';')[0]?.trim()
}

/** The Q.850 cause in a Reason header (RFC 3326), 16 for normal clearing. */
export function q850Of(message: SipMessage): number | undefined {
  for (const reason of headersOf(message, 'reason')) {
    const cause = /^\s*Q\.850\s*;.*\bcause\s*=\s*(\d+)/i.exec(reason)?.[1]
    if (cause) return Number(cause)
  }
  return undefined
}

function parseFirst(line: string): SipRequestLine | SipStatusLine | undefined {
  const status = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(line)
  if (status) return { status: Number(status[1]), reason: status[2] ?? '' }
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(line)
  return request ? { method: request[1] ?? '', uri: request[2] ?? '' } : undefined
}

function titled(name: string): string {
  if (name === 'call-id') return 'Call-ID'
  if (name === 'cseq') return 'CSeq'
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}
