import type { SwitchFiles } from '../src/setup/render-dialplan.ts'

/** Asks a switch over plain HTTP. `path`: below /ari. */
export function askAri(
  { ariUrl, ariUser, ariPassword }: Pick<SwitchFiles, 'ariUrl' | 'ariUser' | 'ariPassword'>,
  path: string,
  method = 'GET',
): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`
  return fetch(`${ariUrl}/ari${path}`, { method, headers: { authorization } })
}

/** What a global variable of the dialplan holds. */
export async function switchGlobal(files: SwitchFiles, name: string): Promise<string> {
  const reply = await askAri(files, `/asterisk/variable?variable=${name}`)
  return ((await reply.json()) as { value: string }).value
}
