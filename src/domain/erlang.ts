// Erlang's formulas: calls come at random, `erlangs` is the load offered, in calls a call's length.

/**
 * The share of calls that find all lines busy, when those are turned away (Erlang B).
 * @param erlangs load offered, 0 or more
 * @param lines a whole number, 0 or more
 * @throws RangeError for other numbers
 */
export function erlangB(erlangs: number, lines: number): number {
  check(erlangs, lines)
  let blocking = 1
  for (let line = 1; line <= lines; line += 1) blocking = (erlangs * blocking) / (line + erlangs * blocking)
  return blocking
}

/**
 * The share of calls that have to wait, when all lines are busy and nobody gives up (Erlang C). 1 where the load is no
 * smaller than the lines: the queue then grows for ever.
 * @throws RangeError as `erlangB`
 */
export function erlangC(erlangs: number, lines: number): number {
  const blocking = erlangB(erlangs, lines)
  if (erlangs >= lines) return 1
  const use = erlangs / lines
  return blocking / (1 - use * (1 - blocking))
}

/**
 * How many lines turn away at most this share of the calls.
 * @param blocking above 0, below 1
 * @throws RangeError for other numbers
 */
export function linesFor(erlangs: number, blocking: number): number {
  check(erlangs, 0)
  if (!(blocking > 0 && blocking < 1)) throw new RangeError(`A share of calls is between 0 and 1, not ${blocking}.`)
  let lines = 0
  for (let busy = 1; busy > blocking; ) {
    lines += 1
    busy = (erlangs * busy) / (lines + erlangs * busy)
  }
  return lines
}

/**
 * How many operators answer so many of the calls within a time, when callers wait for them (Erlang C).
 * @param talkSeconds length of a conversation
 * @param answered share of the calls, below 1
 * @throws RangeError for a load or a share that is none
 */
export function operatorsFor(
  erlangs: number,
  talkSeconds: number,
  answered: { readonly share: number; readonly withinSeconds: number },
): number {
  check(erlangs, 0)
  if (!(answered.share < 1)) throw new RangeError(`A share of calls is below 1, not ${answered.share}.`)
  if (erlangs === 0) return 0
  for (let operators = Math.floor(erlangs) + 1; ; operators += 1) {
    const late = erlangC(erlangs, operators) * Math.exp(((erlangs - operators) * answered.withinSeconds) / talkSeconds)
    if (1 - late >= answered.share) return operators
  }
}

function check(erlangs: number, lines: number): void {
  if (!(erlangs >= 0 && Number.isFinite(erlangs))) throw new RangeError(`A load is 0 Erlang or more, not ${erlangs}.`)
  if (!(Number.isInteger(lines) && lines >= 0)) throw new RangeError(`Lines are a whole number, not ${lines}.`)
}
