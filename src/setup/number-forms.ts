/**
 * Every form in which a trunk may deliver one of the line's numbers: as dialled, international with +, 00 or nothing,
 * and for short numbers after the area code.
 * @param areaCode digits of the local area without the trunk prefix, `312`
 */
export function numberForms(number: string, areaCode: string): string[] {
  const national = number.startsWith('0') ? number.slice(1) : number
  const international = (digits: string) => [`996${digits}`, `+996${digits}`, `00996${digits}`]
  const forms = [number, national, `0${national}`, ...international(national)]
  if (!number.startsWith('0')) {
    const local = `${areaCode}${number}`
    forms.push(local, `0${local}`, ...international(local))
  }
  return [...new Set(forms)]
}
