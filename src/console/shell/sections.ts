import {
  IconActivity,
  IconChartBar,
  IconListCheck,
  IconMessage2,
  IconMicrophone,
  IconPhoneCall,
  IconPhoneIncoming,
  IconSettings,
} from '@tabler/icons-react'
import type { Role } from '../sign-in/self.ts'
import type { WordKey } from '../words/index.tsx'

export interface Section {
  readonly path: '/now' | '/calls' | '/callbacks' | '/messages' | '/reports' | '/register' | '/prompts' | '/settings'
  readonly title: WordKey
  readonly icon: typeof IconActivity
  /** Who finds something there; the same as who may call its routes. */
  readonly for: readonly Role[]
}

/** The navigation, from what is looked at most. Whoever signs in starts at the first that is for them. */
export const sections: readonly Section[] = [
  { path: '/now', title: 'nav.now', icon: IconActivity, for: ['supervisor', 'auditor', 'administrator'] },
  { path: '/calls', title: 'nav.calls', icon: IconPhoneIncoming, for: ['supervisor', 'auditor'] },
  { path: '/callbacks', title: 'nav.callbacks', icon: IconPhoneCall, for: ['operator', 'supervisor', 'auditor'] },
  { path: '/messages', title: 'nav.messages', icon: IconMessage2, for: ['supervisor', 'auditor', 'administrator'] },
  { path: '/reports', title: 'nav.reports', icon: IconChartBar, for: ['supervisor', 'auditor'] },
  { path: '/register', title: 'nav.register', icon: IconListCheck, for: ['supervisor', 'auditor', 'administrator'] },
  { path: '/prompts', title: 'nav.prompts', icon: IconMicrophone, for: ['supervisor', 'auditor', 'administrator'] },
  { path: '/settings', title: 'nav.settings', icon: IconSettings, for: ['supervisor', 'auditor', 'administrator'] },
]
