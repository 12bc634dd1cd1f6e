import type { WordList } from './word.ts'

export const reports = {
  'report.period': { ky: 'Мезгил', ru: 'Период', en: 'Period' },
  'report.own': { ky: 'Тандалган күндөр', ru: 'Выбранные дни', en: 'Days chosen' },
  'report.days': { ky: 'Күндөр', ru: 'Дни', en: 'Days' },
  'report.lastDays': {
    ky: 'Акыркы {days} күн',
    ru: 'Последние {days, plural, one {# день} few {# дня} other {# дней}}',
    en: 'Last {days} days',
  },
  'report.print': { ky: 'Басып чыгаруу', ru: 'Печать', en: 'Print' },
  'report.notSaved': { ky: 'Файл даярдалган жок.', ru: 'Файл не удалось создать.', en: 'The file could not be made.' },
  'report.empty': {
    ky: 'Бул күндөрү чалуулар болгон эмес.',
    ru: 'В эти дни звонков не было.',
    en: 'There were no calls in these days.',
  },
  'report.of': {
    ky: 'Шайлоочулардын линиясы, {from} – {until}',
    ru: 'Линия избирателей, {from} – {until}',
    en: 'The voters’ line, {from} – {until}',
  },
  'report.calls': { ky: 'Чалуулар', ru: 'Звонки', en: 'Calls' },
  'report.callbacks': { ky: 'Өтүнүчтөр', ru: 'Заявки', en: 'Requests' },
  'report.corrections': { ky: 'Тактоолор', ru: 'Исправления', en: 'Corrections' },
  'report.median': { ky: 'Чалуунун медианасы', ru: 'Медиана звонка', en: 'Median call' },
  'report.byDay': { ky: 'Күндөр боюнча', ru: 'По дням', en: 'By day' },
  'report.byDayRemark': {
    ky: 'Түстөр чалуулардын кантип бүткөнүн көрсөтөт.',
    ru: 'Цвета показывают, чем закончились звонки.',
    en: 'The colours tell how the calls ended.',
  },
  'report.heatMap': { ky: 'Саат жана апта күндөрү боюнча', ru: 'По часам и дням недели', en: 'By hour and weekday' },
  'report.heatMapRemark': {
    ky: 'Канчалык ачык түстө болсо, чалуу ошончо көп.',
    ru: 'Чем насыщеннее цвет, тем больше звонков.',
    en: 'The stronger the colour, the more calls.',
  },
  'report.funnel': { ky: 'Чалуучулар каерде кетет', ru: 'Где уходят звонящие', en: 'Where callers leave' },
  'report.funnelRemark': {
    ky: 'Кызгылт сары — ушул кадамда чалууну бүтүргөндөр.',
    ru: 'Оранжевым — те, чей звонок закончился на этом шаге.',
    en: 'Orange: those whose call ended at this step.',
  },
  'report.left': { ky: '{count} кетти ({share})', ru: 'ушли {count} ({share})', en: '{count} left ({share})' },
  'report.languages': { ky: 'Тилдер', ru: 'Языки', en: 'Languages' },
  'report.reasons': { ky: 'Кайрылуунун себептери', ru: 'Причины заявок', en: 'Reasons of requests' },
  'report.map': { ky: 'Аймактар', ru: 'Регионы', en: 'Regions' },
  'report.measure': { ky: 'Картада эмне көрсөтүлөт', ru: 'Что показать на карте', en: 'What the map shows' },
  'report.oshNote': {
    ky: 'Ош шаары менен облусунун участокторунун номерлери бирдей цифрадан башталат, ошондуктан сан экөөнө тең тиешелүү.',
    ru: 'Номера участков города Ош и Ошской области начинаются с одной цифры, поэтому число у них общее.',
    en: 'Stations of the city and the region of Osh begin with the same digit, so they share one figure.',
  },
  'report.stations': {
    ky: 'Тактоолор эң көп участоктор',
    ru: 'Участки с наибольшим числом исправлений',
    en: 'Stations with the most corrections',
  },
  'report.station': { ky: 'Участок', ru: 'Участок', en: 'Station' },
  'report.noStations': {
    ky: 'Бул күндөрү участоктор айтылган эмес.',
    ru: 'В эти дни участки не назывались.',
    en: 'No stations were told in these days.',
  },
  'report.timeToCallback': {
    ky: 'Кайра чалганга чейинки убакыт',
    ru: 'Время до обратного звонка',
    en: 'Time to callback',
  },
  'report.noneClosed': {
    ky: 'Бул күндөрү өтүнүч жабылган эмес.',
    ru: 'В эти дни заявки не закрывались.',
    en: 'No requests were closed in these days.',
  },
  'report.timeRemark': {
    ky: 'Жабылган өтүнүчтөр: {closed}, мөөнөтүндө: {within}. Медиана {median} саат, 90 % {p90} сааттын ичинде.',
    ru: 'Закрыто заявок: {closed}, в срок: {within}. Медиана {median} ч, 90 % за {p90} ч.',
    en: '{closed} requests closed, {within} in time. Median {median} h, 90 % within {p90} h.',
  },
  'report.hoursUnder': { ky: '< {hours} саат', ru: '< {hours} ч', en: '< {hours} h' },
  'report.hoursMore': { ky: '≥ {hours} саат', ru: '≥ {hours} ч', en: '≥ {hours} h' },
} as const satisfies WordList
