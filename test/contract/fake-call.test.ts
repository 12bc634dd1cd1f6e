import { makeFakeCall } from '../fakes/fake-call.ts'
import { describeCall } from './call-contract.ts'

describeCall('the fake', async () => ({
  ...makeFakeCall({ promptMs: 20, timeouts: { firstDigit: 60, interDigit: 60, entry: 2000 } }),
  close: async () => undefined,
}))
