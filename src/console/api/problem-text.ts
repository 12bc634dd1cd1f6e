import { isWord, type Say } from '../words/index.tsx'
import { Refusal } from './client.ts'

/** Why something did not work, for the person in front of the page. */
export function problemText(error: unknown, say: Say): string {
  if (!(error instanceof Refusal)) return say('problem.failed')
  const key = `problem.${error.code}`
  if (isWord(key)) return say(key)
  if (error.status === 404) return say('problem.not-found')
  if (error.status >= 500) return say('problem.failed')
  // What is not foreseen here is at least told in the server's words.
  return error.message || say('problem.refused')
}
