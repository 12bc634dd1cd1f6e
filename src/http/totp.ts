import { Secret, TOTP } from 'otpauth'

/** 160 random bits, as RFC 4226 recommends; base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32
}

/** What an authenticator reads from a QR code. */
export function totpUri(secret: string, name: string): string {
  return totpOf(secret, name).toString()
}

/**
 * Which period of 30 s a code belongs to, the present one or a neighbour: clocks differ.
 * @returns nothing when it belongs to none of them
 */
export function totpPeriod(secret: string, code: string, at: Date): number | undefined {
  const totp = totpOf(secret, '')
  const delta = totp.validate({ token: code, timestamp: at.getTime(), window: 1 })
  return delta === null ? undefined : totp.counter({ timestamp: at.getTime() }) + delta
}

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'Dobush', label, secret: Secret.fromBase32(secret) })
}
