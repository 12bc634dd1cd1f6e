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
  const least = new Map<VariantName, { asterisk: number; application: number }>()
  const note = (name: VariantName, part: keyof Rest, rate: number) => {
    const own = least.get(name) ?? { asterisk: Number.POSITIVE_INFINITY, application: Number.POSITIVE_INFINITY }
    own[part] = Math.min(own[part], rate)
    least.set(name, own)
  }
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
      note(name, 'application', (two.application - one.application) / seconds)
      // The peers share one Asterisk.
      if (port !== called?.port) note(name, 'asterisk', (two.asterisk - one.asterisk) / seconds)
    }
    return result
  }
  return {
    look: (forMs) => watch(undefined, () => delay(forMs)),
    during: watch,
    of(name) {
      const { asterisk = 0, application = 0 } = least.get(name) ?? {}
      return { asterisk, application }
    },
  }
}
