/** A fault whose message is written for the person at the keyboard: what is wrong, where, what to do. Shown without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError'
}
