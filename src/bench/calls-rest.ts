import { setTimeout as delay } from 'node:timers/promises'
import type { Variant, VariantName } from './calls-variants.ts'

/** CPU used while nobody calls, in milliseconds a second. */
export interface Rest {
  readonly asterisk: number
  readonly application: number
}

/** Finds out what each variant uses while nobody calls it. */
export interface RestWatch {
  /** Looks for so long while nobody calls anybody. */
  look(forMs: number): Promise<void>
  /** Looks at the others, while one variant is called. */
  during<Result>(called: Variant, work: () => Promise<Result>): Promise<Result>
  /** The least that was seen: what an application tidies up after its calls is part of what they cost. */
  of(name: VariantName): Rest
}

export function makeRestWatch(variants: readonly Variant[]): RestWatch {
  const seen = new Map<string, number>()
  // A look beforehand is short, and the kernel counts in 10 ms: it only stands in where there was nothing better.
  const note = (called: Variant | undefined, name: VariantName, part: keyof Rest, rate: number) => {
    const key = `${called ? 'during' : 'before'} ${name} ${part}`
    seen.set(key, Math.min(seen.get(key) ?? rate, rate))
  }
  const least = (name: VariantName, part: keyof Rest) =>
    seen.get(`during ${name} ${part}`) ?? seen.get(`before ${name} ${part}`) ?? 0
  const watch = async <Result>(called: Variant | undefined, work: () => Promise<Result>): Promise<Result> => {
    const others = variants.filter((variant) => variant !== called)
    const before = await Promise.all(others.map((variant) => variant.cpu()))
    const startedAt = performance.now()
    const result = await work()
    const seconds = (performance.now() - startedAt) / 1000
    const after = await Promise.all(others.map((variant) => variant.cpu()))
    for (const [index, { name, port }] of others.entries()) {
      const [one, two] = [before[index], after[index]]
      if (!one || !two) continue
      note(called, name, 'application', (two.application - one.application) / seconds)
      // The peers share one Asterisk.
      if (port !== called?.port) note(called, name, 'asterisk', (two.asterisk - one.asterisk) / seconds)
    }
    return result
  }
  return {
    look: (forMs) => watch(undefined, () => delay(forMs)),
    during: watch,
    of: (name) => ({ asterisk: least(name, 'asterisk'), application: least(name, 'application') }),
  }
}
