import { csrfTokenOf } from '../http/sign-in-cookie.ts'

/** A signed-in person's browser, as far as the server can tell. */
export interface Browser {
  /** The JSON that comes back. @throws Error for any other status than 200 */
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  /** Reads an answer to its end and forgets it; gives its bytes. */
  drain(path: string, body: unknown): Promise<number>
  /** Leaves a stream open until it is told to end. */
  watch(path: string, signal: AbortSignal): Promise<void>
}

const isClosedConnection = (error: unknown) =>
  error instanceof TypeError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'UND_ERR_SOCKET'

/** @param token of a sign-in, as its cookie holds it */
export function makeBrowser(address: string, token: string): Browser {
  const headers = {
    cookie: `dobush=${token}`,
    'x-csrf-token': csrfTokenOf(token),
    'content-type': 'application/json',
  }
  async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const once = () =>
      fetch(`${address}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      })
    // As browsers do, where the server closed a connection that nobody had used for long.
    const response = await once().catch((error: unknown) => {
      if (!isClosedConnection(error)) throw error
      return once()
    })
    if (response.status === 200) return response
    throw new Error(`${method} ${path} was answered ${response.status}: ${(await response.text()).slice(0, 300)}`)
  }
  async function read(response: Response): Promise<number> {
    let bytes = 0
    for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).length
    return bytes
  }
  return {
    get: async (path) => (await send('GET', path)).json() as never,
    post: async (path, body) => (await send('POST', path, body)).json() as never,
    drain: async (path, body) => read(await send('POST', path, body)),
    async watch(path, signal) {
      try {
        await read(await send('GET', path, undefined, signal))
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  }
}
