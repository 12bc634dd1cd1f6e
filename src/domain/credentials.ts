/** What a sign-in is tested against. */
export interface Credentials {
  readonly id: string
  readonly name: string
  readonly passwordHash: string
  readonly disabled: boolean
  /** As it was given to `beginTotp`; nothing while no authenticator was begun. */
  readonly totpSecret: string | undefined
  readonly totp: boolean
}
