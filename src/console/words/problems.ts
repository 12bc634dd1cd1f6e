import type { WordList } from './word.ts'

/** What the server refuses with, by its code; `problem.failed` stands for those that have no words of their own. */
export const problems = {
  'problem.failed': {
    ky: 'Серверде ката кетти. Кайра аракет кылыңыз; кайталанса, администраторго айтыңыз.',
    ru: 'На сервере произошла ошибка. Попробуйте ещё раз; если повторится, сообщите администратору.',
    en: 'Something failed on the server. Try again; if it happens again, tell the administrator.',
  },
  'problem.unreachable': {
    ky: 'Сервер жооп бербей жатат. Тармакты текшерип, кайра аракет кылыңыз.',
    ru: 'Сервер не отвечает. Проверьте сеть и попробуйте ещё раз.',
    en: 'The server does not answer. Check the network and try again.',
  },
  'problem.refused': {
    ky: 'Сервер муну кабыл алган жок.',
    ru: 'Сервер это не принял.',
    en: 'The server did not accept this.',
  },
  'problem.invalid': {
    ky: 'Киргизилген маалыматтын айрымдары туура эмес.',
    ru: 'Некоторые из введённых данных неверны.',
    en: 'Some of what was entered can not be used.',
  },
  'problem.not-signed-in': {
    ky: 'Киришиңиздин мөөнөтү бүттү. Кайра кириңиз.',
    ru: 'Ваш вход истёк. Войдите снова.',
    en: 'Your sign-in has ended. Sign in again.',
  },
  'problem.not-allowed': {
    ky: 'Ролуңуз буга уруксат бербейт.',
    ru: 'Ваша роль этого не позволяет.',
    en: 'Your role does not allow this.',
  },
  'problem.not-found': { ky: 'Мындай жазуу табылган жок.', ru: 'Такой записи нет.', en: 'There is no such record.' },
  'problem.too-large': { ky: 'Файл өтө чоң.', ru: 'Файл слишком большой.', en: 'The file is too large.' },
  'problem.too-many': {
    ky: 'Суроо-талаптар өтө көп. Бир аз күтүңүз.',
    ru: 'Слишком много запросов. Немного подождите.',
    en: 'Too many requests. Wait a little.',
  },
  'problem.wrong-credentials': {
    ky: 'Аты же сырсөзү туура эмес.',
    ru: 'Имя или пароль неверны.',
    en: 'Name or password is wrong.',
  },
  'problem.code-needed': {
    ky: 'Аутентификатордун кодун киргизиңиз.',
    ru: 'Введите код из аутентификатора.',
    en: 'Enter the code of your authenticator.',
  },
  'problem.wrong-code': {
    ky: 'Код туура эмес же мурда колдонулган. Кийинки кодду күтүңүз.',
    ru: 'Код неверен или уже использован. Дождитесь следующего.',
    en: 'The code is wrong or was used before. Wait for the next one.',
  },
  'problem.wrong-password': { ky: 'Сырсөз туура эмес.', ru: 'Пароль неверен.', en: 'The password is wrong.' },
  'problem.weak-password': {
    ky: 'Жаңы сырсөз эскисинен башка болушу керек жана атыңызды камтыбашы керек.',
    ru: 'Новый пароль должен отличаться от старого и не содержать вашего имени.',
    en: 'The new password must differ from the old one, and not hold your name.',
  },
  'problem.password-change-needed': {
    ky: 'Адегенде сырсөзүңүздү алмаштырыңыз.',
    ru: 'Сначала смените пароль.',
    en: 'Change your password first.',
  },
  'problem.csrf': {
    ky: 'Барак эскирген. Кайра жүктөңүз.',
    ru: 'Страница устарела. Загрузите её снова.',
    en: 'This page is out of date. Load it again.',
  },
  'problem.totp-on': {
    ky: 'Аутентификатор мурун эле күйгүзүлгөн.',
    ru: 'Аутентификатор уже включён.',
    en: 'The authenticator is on already.',
  },
  'problem.no-totp': {
    ky: 'Адегенде аутентификаторду күйгүзүүнү баштаңыз.',
    ru: 'Сначала начните включение аутентификатора.',
    en: 'Begin switching the authenticator on first.',
  },
  'problem.locked': {
    ky: 'Туура эмес аракеттер көп болгондуктан кирүү убактылуу жабык. Кийинчерээк аракет кылыңыз.',
    ru: 'Из-за неверных попыток вход временно закрыт. Попробуйте позже.',
    en: 'Signing in is closed for a while after wrong attempts. Try later.',
  },
  'problem.not-shown': {
    ky: 'Бул өтүнүч башка кызматкерде.',
    ru: 'Эта заявка у другого сотрудника.',
    en: 'This request is with somebody else.',
  },
  'problem.taken': {
    ky: 'Бул өтүнүчтү башка кызматкер алып койгон.',
    ru: 'Эту заявку уже взял другой сотрудник.',
    en: 'Somebody else has claimed this request.',
  },
  'problem.not-claimed': {
    ky: 'Адегенде өтүнүчтү өзүңүзгө алыңыз.',
    ru: 'Сначала возьмите заявку себе.',
    en: 'Claim this request first.',
  },
  'problem.closed': { ky: 'Бул өтүнүч жабылган.', ru: 'Эта заявка закрыта.', en: 'This request is closed.' },
  'problem.not-closed': {
    ky: 'Бул өтүнүч жабыла элек.',
    ru: 'Эта заявка ещё не закрыта.',
    en: 'This request is not closed.',
  },
  'problem.open-elsewhere': {
    ky: 'Бул жарандын ушул эле себеп менен ачык өтүнүчү бар: ошону улантыңыз.',
    ru: 'У этого гражданина есть открытая заявка по той же причине: продолжайте с ней.',
    en: 'This citizen has an open request for the same reason: go on with that one.',
  },
  'problem.no-colleague': {
    ky: 'Бул кызматкер өтүнүчтөрдү кабыл албайт.',
    ru: 'Этот сотрудник не принимает заявки.',
    en: 'This person does not take requests.',
  },
  'problem.no-recording': {
    ky: 'Бул өтүнүчтүн үн жазуусу сакталган эмес.',
    ru: 'Звукозаписи этой заявки больше нет.',
    en: 'The recording of this request is gone.',
  },
} as const satisfies WordList
