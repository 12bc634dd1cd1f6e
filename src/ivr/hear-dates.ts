import type { Phase } from '../domain/calendar.ts'
import { type Prompt, say } from '../domain/prompt.ts'
import type { Call } from './call.ts'
import { menu } from './menu.ts'

/** Only what is still true is said: no window that has closed, no vote that is over. */
const texts: Record<Phase, readonly Prompt[]> = {
  'before-window': [say('dates-voting'), say('dates-window'), say('dates-how')],
  window: [say('dates-voting'), say('dates-window'), say('dates-how')],
  'after-window': [say('dates-voting'), say('after-deadline')],
  'voting-day': [say('voting-day')],
  'after-voting': [say('voting-over')],
}

/** The dates of the election and how to correct the list. Silence leads back to the main menu. */
export async function hearDates(call: Call, phase: Phase): Promise<void> {
  await menu(call, { intro: [...texts[phase], say('nav')], items: [{ key: '9', choice: 'back' }] })
}
