import type { Phase } from '../domain/calendar.ts'
import type { Disposition } from '../domain/call-log.ts'
import { type Prompt, say } from '../domain/prompt.ts'
import type { Call, Question } from './call.ts'
import { askLanguage, chooseLanguage } from './choose-language.ts'
import { askMainMenu, type Line, mainMenu } from './main-menu.ts'

/** What is worth knowing before the menu, by phase. */
const notices: Record<Phase, readonly Prompt[]> = {
  'before-window': [say('before-window')],
  window: [],
  'after-window': [say('after-deadline')],
  'voting-day': [say('voting-day')],
  'after-voting': [say('voting-over')],
}

/** What every call begins with. */
export function firstQuestion(phase: Phase): Question {
  return askLanguage(askMainMenu(notices[phase]))
}

/** A whole call, from the welcome to the goodbye. */
export async function converse(call: Call, line: Line, phase: Phase): Promise<Disposition> {
  const notice = notices[phase]
  call.language = await chooseLanguage(call, askMainMenu(notice))
  const disposition = await mainMenu(call, line, phase, notice)
  await call.play(say('goodbye'), { despiteTypeAhead: true })
  return disposition
}
