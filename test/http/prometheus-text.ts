export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/**
 * Reads Prometheus's text format 0.0.4, strictly: https://prometheus.io/docs/instrumenting/exposition_formats/
 * @returns samples by name
 * @throws Error for a line that is not of that format, a sample without a TYPE before it, or one that comes twice
 */
export function parsePrometheusText(text: string): Map<string, Sample[]> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end')
  const types = new Map<string, string>()
  const samples = new Map<string, Sample[]>()
  const seen = new Set<string>()
  for (const line of text.split('\n')) {
    if (line === '' || /^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* \S.*$/.test(line)) continue
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line)
    if (type?.[1] && type[2]) {
      if (types.has(type[1])) throw new Error(`A second TYPE: ${line}`)
      types.set(type[1], type[2])
      continue
    }
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
    const [, name = '', inBraces = '', number = ''] = sample ?? []
    const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
    if (!sample || !types.has(family)) throw new Error(`Not a sample of a known type: ${line}`)
    const labels = parseLabels(inBraces)
    const identity = JSON.stringify([name, Object.entries(labels).sort()])
    if (seen.has(identity)) throw new Error(`A second sample: ${line}`)
    seen.add(identity)
    samples.set(name, [...(samples.get(name) ?? []), { labels, value: parseValue(number) }])
  }
  return samples
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y
  while (label.lastIndex < text.length) {
    const [, name, value] = label.exec(text) ?? []
    if (name === undefined || value === undefined || name in labels) throw new Error(`Not labels: ${text}`)
    labels[name] = value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped))
  }
  return labels
}

function parseValue(text: string): number {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (/^nan$/i.test(text)) return Number.NaN
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new Error(`Not a number: ${text}`)
  return Number(text)
}
