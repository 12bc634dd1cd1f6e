import type { Role, Route } from '../../src/api/route.ts'

/**
 * Who may call what, written by hand from what the people of a call centre do, so that a route that lets somebody else
 * in fails: o operator, s supervisor, a auditor, d administrator.
 */
export const matrix: Readonly<Record<string, string>> = {
  signIn: 'anyone',
  signOut: 'osad',
  whoAmI: 'osad',
  changePassword: 'osad',
  setLanguage: 'osad',
  beginTotp: 'osad',
  confirmTotp: 'osad',
  removeTotp: 'osad',

  getNow: 'sad',
  watchNow: 'sad',

  searchCalls: 'sa',
  countCalls: 'sa',
  callChoices: 'sa',
  getCall: 'sa',
  showCaller: 'sa',
  exportCalls: 'sa',
  listFilters: 'sa',
  saveFilter: 'sa',
  removeFilter: 'sa',
  getReport: 'sa',

  listCallbacks: 'osa',
  getCallback: 'osa',
  showCallbackNumber: 'osa',
  listenToCallback: 'osa',
  listColleagues: 'osa',
  claimCallback: 'os',
  releaseCallback: 'os',
  handOverCallback: 'os',
  noteCallback: 'os',
  attemptCallback: 'os',
  reopenCallback: 's',

  getRegister: 'sad',
  getRegisterReport: 'sad',
  getStation: 'sad',
  activateSnapshot: 'd',
  rollBackRegister: 'd',
  overrideSnapshot: 'd',
  refreshRegister: 'd',
  editStation: 'd',
  withdrawStationEdit: 'd',

  listPrompts: 'sad',
  hearPrompt: 'sad',
  uploadPrompt: 'd',
  revertPrompt: 'd',

  getSettings: 'sad',
  getCapacity: 'sad',
  setCalendar: 'd',
  setHours: 'd',
  setCallbackRules: 'd',
  setRetention: 'd',

  listPeople: 'ad',
  addPerson: 'd',
  changePerson: 'd',
  resetPerson: 'd',
  listAudit: 'ad',
  checkAudit: 'ad',

  listMessages: 'sa',
  listBinds: 'sad',
  showMessageNumber: 'sa',
}

const letters: Readonly<Record<Role, string>> = { operator: 'o', supervisor: 's', auditor: 'a', administrator: 'd' }

/** Whether one of these roles is enough for a route; nobody signed in has none. */
export function isLetIn({ name }: Pick<Route, 'name'>, roles: readonly Role[]): boolean {
  const who = matrix[name]
  if (who === undefined) throw new Error(`${name} is not in the matrix: say who may call it`)
  return who === 'anyone' || roles.some((role) => who.includes(letters[role]))
}

const examples: Readonly<Record<string, string>> = { language: 'ky', name: 'welcome', number: '1101' }

/** The address of a route with something in the place of its parameters. */
export function addressOf({ path }: Route, id = 'nothing-has-this-id'): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => examples[name] ?? id)
}
