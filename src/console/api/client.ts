import { Api, HttpClient, type Problem } from './generated.ts'

/** A request that was refused, or that did not reach the server (`unreachable`). */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly fields: Readonly<Record<string, string>>

  constructor(status: number, code: string, detail: string, fields: Readonly<Record<string, string>> = {}) {
    super(detail)
    this.name = 'Refusal'
    this.status = status
    this.code = code
    this.fields = fields
  }
}

let csrfToken = ''

/** What whoever is signed in must send with everything that changes something. */
export function rememberCsrfToken(self: { readonly csrfToken: string }): void {
  csrfToken = self.csrfToken
}

/** @throws Refusal for every answer but a success */
export async function fetchOrRefuse(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const headers = new Headers(init?.headers)
  if (init?.method !== 'GET') headers.set('x-csrf-token', csrfToken)
  let response: Response
  try {
    response = await fetch(input, { ...init, headers })
  } catch (error) {
    // Whoever stopped a request knows.
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Refusal(0, 'unreachable', 'The server does not answer.')
  }
  if (response.ok) return response
  throw await refusalOf(response)
}

async function refusalOf(response: Response): Promise<Refusal> {
  // A proxy in between answers with a page of its own.
  const problem: Partial<Problem> = await response.json().catch(() => ({}))
  const code = problem.code ?? (response.status >= 500 ? 'unreachable' : 'refused')
  return new Refusal(response.status, code, problem.detail ?? response.statusText, problem.fields)
}

/** Every request of the console, by name; made from the API's own description. */
export const { api } = new Api(new HttpClient({ customFetch: fetchOrRefuse }))
