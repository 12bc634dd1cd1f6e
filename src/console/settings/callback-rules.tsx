import { useState } from 'react'
import { api } from '../api/client.ts'
import type { CallbackSettings } from '../api/generated.ts'
import { Loaded } from '../shell/loaded.tsx'
import { useWords } from '../words/index.tsx'
import { SettingsForm } from './settings-form.tsx'
import { useSave, useSettings } from './use-settings.ts'
import { areFilled, WholeNumbers } from './whole-numbers.tsx'

/** How soon citizens are called back, and how often that is tried. */
export function CallbackRules() {
  return (
    <Loaded query={useSettings()}>
      {({ callbacks }) => <Form key={JSON.stringify(callbacks)} given={callbacks} />}
    </Loaded>
  )
}

function Form({ given }: { given: CallbackSettings }) {
  const { say } = useWords()
  const save = useSave((rules: CallbackSettings) => api.setCallbackRules(rules))
  const [rules, setRules] = useState(given)
  return (
    <SettingsForm
      note={say('settings.callbacksNote')}
      ready={areFilled({ ...rules })}
      busy={save.isPending}
      onSave={() => save.mutate(rules)}
    >
      <WholeNumbers
        values={rules}
        onChange={setRules}
        fields={[
          { name: 'dueHours', label: say('settings.dueHours'), unit: say('unit.hours'), most: 1000 },
          {
            name: 'claimMinutes',
            label: say('settings.claimMinutes'),
            description: say('settings.claimNote'),
            unit: say('unit.minutes'),
            most: 480,
          },
          { name: 'attemptGapMinutes', label: say('settings.attemptGap'), unit: say('unit.minutes'), most: 10_000 },
          { name: 'maxAttempts', label: say('settings.maxAttempts'), unit: say('unit.times'), most: 20 },
        ]}
      />
    </SettingsForm>
  )
}
