import { useLocalStorage } from '@mantine/hooks'
import { type UiLanguage, uiLanguages } from './index.tsx'

/** The language of this browser, until somebody signs in who has one of their own. Kyrgyz comes first. */
export function useChosenLanguage(): [UiLanguage, (language: UiLanguage) => void] {
  const [stored, store] = useLocalStorage<UiLanguage>({
    key: 'dobush-language',
    defaultValue: 'ky',
    getInitialValueInEffect: false,
    serialize: (value) => value,
    deserialize: (value) => (value !== undefined && Object.hasOwn(uiLanguages, value) ? (value as UiLanguage) : 'ky'),
  })
  return [stored, store]
}
