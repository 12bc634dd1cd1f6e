import {
  activateSnapshot,
  editStation,
  getRegister,
  getRegisterReport,
  getStation,
  overrideSnapshot,
  type RegisterReport,
  type RegisterState,
  refreshRegister,
  rollBackRegister,
  type StationNow,
  withdrawStationEdit,
} from '../api/register.ts'
import type { Audit } from '../domain/audit.ts'
import { UserError } from '../user-error.ts'
import { type Asker, answer, type Mounted } from './mount-routes.ts'
import { HttpProblem } from './problem.ts'

interface Deed {
  /** Name of the person. */
  readonly by: string
  readonly reason: string
}

/** What somebody asks to be done to the register. */
export type Work = Deed &
  (
    | { readonly what: 'activate' | 'override'; readonly id: string }
    | { readonly what: 'roll-back' }
    | {
        readonly what: 'edit-station'
        readonly station: string
        readonly address?: StationNow['address']
        readonly closed?: { readonly instead?: string }
      }
    | { readonly what: 'withdraw-edit'; readonly station: string }
  )

/** The register as the console needs it. */
export interface RegisterDesk {
  state(): Promise<RegisterState>
  report(id: string): Promise<RegisterReport | undefined>
  station(number: string): StationNow | undefined
  /** Whether this person has said already that a snapshot's reds may be passed over. */
  hasOverridden(id: string, by: string): Promise<boolean>
  /**
   * Begins something, and waits for its end for some seconds.
   * @returns `busy` when something else is not over yet
   * @throws UserError when it was refused meanwhile
   */
  begin(work: Work): Promise<'begun' | 'busy'>
  /** Looks for another edition now, in the background. */
  refresh(): 'begun' | 'busy' | 'no-source'
}

/** The register: what is active, what was found in it, and what administrators may do to it. */
export function registerApi(desk: RegisterDesk, audit: Audit): Mounted[] {
  /** Audited before it is done: what can't be, must not be done. */
  async function doIt(work: Work, asker: Asker, from: string, subject: string, detail = work.reason) {
    await audit({ by: asker.name, action: `register.${work.what}`, subject, detail, from })
    const begun = await desk.begin(work).catch((error: unknown) => {
      if (error instanceof UserError) throw new HttpProblem(409, 'refused', error.message)
      throw error
    })
    if (begun === 'busy')
      throw new HttpProblem(409, 'busy', 'Something else is being done to the register. Try again soon.')
    return desk.state()
  }

  async function snapshotOf(id: string) {
    const snapshot = (await desk.state()).snapshots.find((each) => each.id === id)
    if (!snapshot) throw new HttpProblem(404, 'no-such-snapshot', 'There is no such snapshot.')
    if (snapshot.active) throw new HttpProblem(409, 'active', 'This snapshot is the active one already.')
    return snapshot
  }

  function stationOf(number: string): StationNow {
    const station = desk.station(number)
    if (!station) throw new HttpProblem(404, 'no-such-station', 'The active list has no such station.')
    return station
  }

  return [
    answer(getRegister, () => desk.state()),
    answer(getRegisterReport, async ({ params: { id } }) => {
      const report = await desk.report(id)
      if (!report) throw new HttpProblem(404, 'no-such-report', 'There is no such report.')
      return report
    }),
    answer(activateSnapshot, async ({ params: { id }, body: { reason }, asker, from }) => {
      const { mayActivate } = await snapshotOf(id)
      if (!mayActivate) {
        throw new HttpProblem(409, 'red', 'Its report has reds: two administrators can override that together.')
      }
      return doIt({ what: 'activate', id, by: asker.name, reason }, asker, from, `snapshot:${id}`)
    }),
    answer(overrideSnapshot, async ({ params: { id }, body: { reason }, asker, from }) => {
      const { red } = await snapshotOf(id)
      if (!red) throw new HttpProblem(409, 'not-red', 'Its report has no reds: activate it.')
      if (await desk.hasOverridden(id, asker.name)) {
        throw new HttpProblem(409, 'same-person', 'You said so already; another administrator has to agree.')
      }
      return doIt({ what: 'override', id, by: asker.name, reason }, asker, from, `snapshot:${id}`)
    }),
    answer(rollBackRegister, ({ body: { reason }, asker, from }) =>
      doIt({ what: 'roll-back', by: asker.name, reason }, asker, from, 'register'),
    ),
    answer(refreshRegister, async ({ asker, from }) => {
      await audit({ by: asker.name, action: 'register.refresh', subject: 'register', from })
      const begun = desk.refresh()
      if (begun === 'no-source') {
        throw new HttpProblem(409, 'no-source', 'The configuration names no source of the list (register.source).')
      }
      if (begun === 'busy') throw new HttpProblem(409, 'busy', 'A refresh is not over yet.')
      return desk.state()
    }),
    answer(getStation, ({ params: { number } }) => stationOf(number)),
    answer(editStation, ({ params: { number }, body, asker, from }) => {
      stationOf(number)
      const { address, closed, instead, reason } = body
      const work: Work = {
        ...{ what: 'edit-station', station: number, by: asker.name, reason },
        ...(address && { address }),
        ...(closed && { closed: instead === undefined ? {} : { instead } }),
      }
      const changes = [...(address ? ['address'] : []), ...(closed ? [`closed, instead ${instead ?? 'none'}`] : [])]
      return doIt(work, asker, from, `station:${number}`, `${changes.join('; ')}: ${reason}`)
    }),
    answer(withdrawStationEdit, ({ params: { number }, body: { reason }, asker, from }) =>
      doIt({ what: 'withdraw-edit', station: number, by: asker.name, reason }, asker, from, `station:${number}`),
    ),
  ]
}
