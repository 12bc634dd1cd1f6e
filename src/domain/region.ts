/** The regions by the first digit of a station's number (shared domain notes, "Polling stations"). */
export const regions = {
  1: { ky: 'Бишкек', ru: 'Бишкек' },
  2: { ky: 'Жалал-Абад', ru: 'Джалал-Абад' },
  3: { ky: 'Ысык-Көл', ru: 'Иссык-Куль' },
  4: { ky: 'Нарын', ru: 'Нарын' },
  5: { ky: 'Ош', ru: 'Ош' },
  6: { ky: 'Талас', ru: 'Талас' },
  7: { ky: 'Чүй', ru: 'Чуй' },
  8: { ky: 'Баткен', ru: 'Баткен' },
  9: { ky: 'Чет өлкө', ru: 'Зарубежье' },
} as const

export type RegionCode = keyof typeof regions
