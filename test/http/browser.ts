/** What is sent beside method and path. */
export interface Sent {
  /** A text goes as it is, everything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What came back; `body` is JSON where it is any. */
export interface Got {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly body: any
}

/** A browser, as far as the server can tell. */
export interface Browser {
  cookie: string | undefined
  csrf: string | undefined
  send(method: string, path: string, sent?: Sent): Promise<Got>
  signIn(name: string, password: string, code?: string): Promise<Got>
}

/** A browser nobody has signed in with yet. */
export function browserAt(address: string): Browser {
  const it: Browser = {
    cookie: undefined,
    csrf: undefined,
    async send(method, path, { body, headers = {} } = {}) {
      const response = await fetch(`${address}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(it.cookie === undefined ? {} : { cookie: it.cookie }),
          ...(it.csrf === undefined ? {} : { 'x-csrf-token': it.csrf }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const type = response.headers.get('content-type') ?? ''
      // These go on for as long as somebody listens.
      if (type.startsWith('text/event-stream')) await response.body?.cancel()
      const text = response.bodyUsed ? '' : await response.text()
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: /json/.test(type) ? JSON.parse(text) : undefined,
      }
    },
    async signIn(name, given, code) {
      const got = await it.send('POST', '/api/sign-in', {
        body: { name, password: given, ...(code === undefined ? {} : { code }) },
      })
      if (got.status !== 200) return got
      it.cookie = got.headers.getSetCookie()[0]?.split(';')[0]
      it.csrf = got.body.csrfToken
      return got
    },
  }
  return it
}
