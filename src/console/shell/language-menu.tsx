import { Menu, UnstyledButton } from '@mantine/core'
import { useSetLanguage } from '../account/own-changes.ts'
import { type UiLanguage, uiLanguages, useWords } from '../words/index.tsx'

export function LanguageMenu() {
  const { say, language } = useWords()
  const setLanguage = useSetLanguage()
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton
          px={8}
          py={4}
          fz="sm"
          fw={500}
          aria-label={`${language.toUpperCase()} · ${say('account.language')}`}
        >
          {language.toUpperCase()}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(uiLanguages).map(([code, name]) => (
          <Menu.Item key={code} lang={code} onClick={() => setLanguage.mutate(code as UiLanguage)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
