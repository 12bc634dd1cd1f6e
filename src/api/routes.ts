import * as callbacks from './callbacks.ts'
import * as calls from './calls.ts'
import * as messages from './messages.ts'
import * as now from './now.ts'
import * as people from './people.ts'
import * as prompts from './prompts.ts'
import * as register from './register.ts'
import * as reports from './reports.ts'
import type { Route } from './route.ts'
import * as settings from './settings.ts'
import * as signIn from './sign-in.ts'

const areas = [signIn, now, calls, callbacks, reports, register, prompts, settings, people, messages]

/** Every route of the console: what is not here does not exist. */
export const routes: readonly Route[] = areas.flatMap((area) =>
  Object.values(area).filter((it): it is Route => typeof it === 'object' && 'path' in it && 'who' in it),
)
