import type { StoredMoment } from './tables.ts'

export interface SettingTable {
  name: 'calendar' | 'hours' | 'callbacks' | 'retention' | 'retentionRun'
  /** JSON. */
  value: string
  changed_at: StoredMoment
  changed_by: string
}

/** Tables of what is set in the console. */
export interface SettingsTables {
  setting: SettingTable
}
