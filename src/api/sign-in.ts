import { z } from 'zod'
import { type Role, roles, route } from './route.ts'

export const uiLanguage = z.enum(['ky', 'ru', 'en'])

export const self = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    displayName: z.string(),
    roles: z.array(z.enum(roles)),
    language: uiLanguage,
    totp: z.boolean(),
    /** A password somebody else gave must be changed before anything else is possible. */
    mustChangePassword: z.boolean(),
    /** To be sent back as the header `x-csrf-token` with everything but GET. */
    csrfToken: z.string(),
  })
  .meta({ id: 'Self' })

const area = 'sign-in'
/** A password that somebody chooses. */
export const chosenPassword = z.string().min(12).max(200)
const code = z.string().regex(/^\d{6}$/, 'the code has six digits')

export const signIn = route({
  name: 'signIn',
  area,
  method: 'post',
  path: '/api/sign-in',
  summary: 'Signs in with name, password and, where it is switched on, the code of the authenticator.',
  who: 'anyone',
  body: z.strictObject({ name: z.string().min(1).max(60), password: z.string().max(200), code: code.optional() }),
  response: self,
})

export const signOut = route({
  name: 'signOut',
  area,
  method: 'post',
  path: '/api/sign-out',
  summary: 'Ends this sign-in.',
  who: 'signed-in',
})

export const whoAmI = route({
  name: 'whoAmI',
  area,
  method: 'get',
  path: '/api/self',
  summary: 'Who is signed in here.',
  who: 'signed-in',
  response: self,
})

export const changePassword = route({
  name: 'changePassword',
  area,
  method: 'put',
  path: '/api/self/password',
  summary: "Changes one's own password; ends one's other sign-ins.",
  who: 'signed-in',
  body: z.strictObject({ current: z.string().max(200), next: chosenPassword }),
})

export const setLanguage = route({
  name: 'setLanguage',
  area,
  method: 'put',
  path: '/api/self/language',
  summary: 'The language the console speaks to one.',
  who: 'signed-in',
  body: z.strictObject({ language: uiLanguage }),
})

export const beginTotp = route({
  name: 'beginTotp',
  area,
  method: 'post',
  path: '/api/self/totp',
  summary: 'A new secret for an authenticator; counts only once confirmed.',
  who: 'signed-in',
  response: z.strictObject({ uri: z.string(), secret: z.string() }).meta({ id: 'TotpSecret' }),
})

export const confirmTotp = route({
  name: 'confirmTotp',
  area,
  method: 'put',
  path: '/api/self/totp',
  summary: 'Switches the authenticator on.',
  who: 'signed-in',
  body: z.strictObject({ code }),
})

export const removeTotp = route({
  name: 'removeTotp',
  area,
  method: 'post',
  path: '/api/self/totp/remove',
  summary: 'Switches the authenticator off.',
  who: 'signed-in',
  body: z.strictObject({ password: z.string().max(200) }),
})

/** A sign-in that holds at this moment, and whose it is. */
export interface SignedIn {
  readonly signInId: string
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly roles: readonly Role[]
  readonly language: z.infer<typeof uiLanguage>
  readonly totp: boolean
  readonly mustChangePassword: boolean
}
