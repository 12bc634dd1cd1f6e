import type { Phase } from '../domain/calendar.ts'
import type { Disposition } from '../domain/call-log.ts'
import type { CallbackRequests } from '../domain/callback-request.ts'
import { otherLanguage } from '../domain/language.ts'
import { type Prompt, say } from '../domain/prompt.ts'
import type { Call, Question } from './call.ts'
import { askPin, checkRegistration, type Registration } from './check-registration.ts'
import { hearDates } from './hear-dates.ts'
import { menu, menuQuestion } from './menu.ts'
import { takeCallbackRequest } from './take-callback-request.ts'

/** What a call is answered from. */
export interface Line extends Registration {
  readonly callbacks: CallbackRequests
}

const items = [
  { key: '1', choice: 'check', prompt: say('menu-check'), leadsTo: askPin },
  { key: '2', choice: 'dates', prompt: say('menu-dates') },
  { key: '3', choice: 'callback', prompt: say('menu-callback') },
  { key: '*', choice: 'repeat', prompt: say('menu-repeat') },
  { key: '9', choice: 'language', prompt: say('menu-language') },
] as const

/** What the menu begins with. */
export function askMainMenu(notice: readonly Prompt[]): Question {
  return menuQuestion({ intro: notice, items })
}

/** Offers what the line can do until the caller has had enough. */
export async function mainMenu(
  call: Call,
  line: Line,
  phase: Phase,
  notice: readonly Prompt[],
): Promise<Extract<Disposition, 'completed' | 'gave-up'>> {
  let intro = notice
  for (;;) {
    const choice = await menu(call, { intro, items })
    intro = []
    switch (choice) {
      case 'check': {
        const next = await checkRegistration(call, line)
        if (next === 'callback') return takeCallbackRequest(call, line.callbacks, line.texts, line.clock)
        if (next !== 'menu') return next
        break
      }
      case 'dates':
        await hearDates(call, phase)
        break
      case 'callback':
        return takeCallbackRequest(call, line.callbacks, line.texts, line.clock)
      case 'language':
        call.language = otherLanguage(call.language)
        break
      case 'repeat':
        break
      case 'none':
        return 'gave-up'
    }
  }
}
