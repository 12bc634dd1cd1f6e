import { isWord, type Say } from '../words/index.tsx'

/** What a message was about; the answer's own name where it is newer than this page. */
export function outcomeWord(outcome: string, say: Say): string {
  const key = `messages.outcome.${outcome}`
  return isWord(key) ? say(key) : outcome
}
