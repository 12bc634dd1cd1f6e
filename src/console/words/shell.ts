import type { WordList } from './word.ts'

export const shell = {
  'shell.name': { ky: 'Добуш', ru: 'Добуш', en: 'Dobush' },
  'shell.subtitle': { ky: 'Шайлоочулардын линиясы', ru: 'Линия избирателей', en: 'The voters’ line' },
  'shell.skip': { ky: 'Негизги бөлүккө өтүү', ru: 'К содержанию', en: 'Skip to the content' },
  'shell.menu': { ky: 'Меню', ru: 'Меню', en: 'Menu' },
  'shell.navigation': { ky: 'Бөлүмдөр', ru: 'Разделы', en: 'Sections' },
  'shell.theme.dark': { ky: 'Караңгы тема', ru: 'Тёмная тема', en: 'Dark theme' },
  'shell.theme.light': { ky: 'Жарык тема', ru: 'Светлая тема', en: 'Light theme' },
  'shell.account': { ky: 'Менин аккаунтум', ru: 'Моя учётная запись', en: 'My account' },
  'shell.signOut': { ky: 'Чыгуу', ru: 'Выйти', en: 'Sign out' },
  'shell.nothingHere': { ky: 'Мындай барак жок', ru: 'Такой страницы нет', en: 'There is no such page' },
  'shell.nothingHereText': {
    ky: 'Дарек туура эмес же барак жылдырылган.',
    ru: 'Адрес неверен или страница перенесена.',
    en: 'The address is wrong, or the page has moved.',
  },
  'shell.noRight': {
    ky: 'Бул барак сиздин ролуңузга ачык эмес',
    ru: 'Эта страница не для вашей роли',
    en: 'This page is not for your role',
  },
  'shell.noRightText': {
    ky: 'Керек болсо, администраторго кайрылыңыз.',
    ru: 'Если она нужна, обратитесь к администратору.',
    en: 'If you need it, ask the administrator.',
  },
  'shell.toStart': { ky: 'Башкы баракка', ru: 'На главную', en: 'To the first page' },
  'shell.broken': { ky: 'Барак иштебей калды', ru: 'Страница сломалась', en: 'The page broke' },
  'nav.now': { ky: 'Азыр', ru: 'Сейчас', en: 'Now' },
  'nav.calls': { ky: 'Чалуулар', ru: 'Звонки', en: 'Calls' },
  'nav.callbacks': { ky: 'Кайра чалуулар', ru: 'Обратные звонки', en: 'Callbacks' },
  'nav.messages': { ky: 'Билдирүүлөр', ru: 'Сообщения', en: 'Messages' },
  'nav.reports': { ky: 'Отчёттор', ru: 'Отчёты', en: 'Reports' },
  'nav.register': { ky: 'Тизме', ru: 'Список', en: 'Register' },
  'nav.prompts': { ky: 'Үн жазуулары', ru: 'Подсказки', en: 'Prompts' },
  'nav.settings': { ky: 'Жөндөөлөр', ru: 'Настройки', en: 'Settings' },
} as const satisfies WordList
