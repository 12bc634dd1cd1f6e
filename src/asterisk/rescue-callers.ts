/** Where and as whom ARI is reached. */
export interface RescueAccess {
  readonly ariUrl: string
  readonly ariUser: string
  readonly ariPassword: string
}

const limitMs = 2_000

/**
 * Sends every caller who is in an application's hands to the dialplan's apology. For the supervisor, the moment the
 * application is gone; with bare HTTP, since ari-client would first have to load the description of the interface.
 * @returns how many there were
 */
export async function rescueCallers({ ariUrl, ariUser, ariPassword }: RescueAccess): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`
  const ask = (path: string, method: 'GET' | 'POST') =>
    fetch(`${ariUrl}/ari/${path}`, { method, headers: { authorization }, signal: AbortSignal.timeout(limitMs) })
  const listed = await ask('channels', 'GET')
  if (!listed.ok) throw new Error(`Asterisk answered ${listed.status} to a question for its channels`)
  const channels = (await listed.json()) as { id: string; dialplan: { app_name: string } }[]
  const stranded = channels.filter(({ dialplan }) => dialplan.app_name === 'Stasis')
  await Promise.allSettled(
    stranded.map(({ id }) =>
      ask(`channels/${encodeURIComponent(id)}/continue?context=apology&extension=s&priority=1`, 'POST'),
    ),
  )
  return stranded.length
}
