// The line's texts as `dobush serve` runs them, in a process of their own, without its telephone.
import { join } from 'node:path'
import { makeAlerts } from '../alerts.ts'
import { loadConfig } from '../config.ts'
import { makeLog } from '../log.ts'
import { openSms } from '../open-sms.ts'
import { openVoterDirectory } from '../register/directory.ts'
import { openHotline } from '../store/database.ts'
import { loadHotlineKey } from '../store/hotline-key.ts'
import { UserError } from '../user-error.ts'
import { sayReady } from './peers/child.ts'

const clock = () => new Date()
const config = loadConfig(clock)
if (!config.sms) throw new UserError('The configuration of the benchmark has no sms section.')
const log = makeLog('warn', join(config.paths.run, 'dobush.log'))
const voters = openVoterDirectory(config.paths.register, log)
const hotline = await openHotline(config.paths.hotline)
const key = await loadHotlineKey(config.paths.hotlineKey)
const alerts = makeAlerts({ log, now: clock })
const election = () => config.election
const sms = await openSms(
  { config, election, hotline, key, voters, alerts, onProbing: () => undefined, clock, log },
  config.sms,
)
sayReady(async () => {
  await sms.close()
  voters.close()
  await hotline.destroy()
})
