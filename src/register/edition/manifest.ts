import { z } from 'zod'
import { UserError } from '../../user-error.ts'

export type FileRole = 'voters' | 'stations'

/** Names a file of an edition may have; never a path. */
export const fileNames = {
  voters: ['voters.csv', 'voters.csv.gz', 'voters.csv.zst'],
  stations: ['stations.csv', 'stations.csv.gz', 'stations.csv.zst'],
} as const satisfies Record<FileRole, readonly string[]>

const fileOf = (role: FileRole) =>
  z.strictObject({
    /** A bare name beside the manifest; no folders. */
    name: z.enum(fileNames[role]),
    /** Rows without the header. */
    rows: z.int().min(1),
    /** Of the file as it is delivered, compressed or not, in lower-case hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
  })

/** What the source says of an edition of the voter list: `manifest.json` beside the two files. */
export const manifestSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 Latin letters, digits, ".", "_" or "-"'),
  election: z
    .string()
    .min(1)
    .max(100)
    // Half a surrogate pair has no canonical form, and control characters would reach reports and terminals.
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters'),
  /** The moment the list describes, ISO 8601 with a zone. */
  asOf: z.iso.datetime({ offset: true }),
  voters: fileOf('voters'),
  stations: fileOf('stations'),
  signature: z
    .strictObject({
      /** Id of the key: see `signing-keys.ts`. */
      key: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits'),
      /** Ed25519 over the manifest without `signature`, in RFC 8785 form; base64. Its last four bits mean nothing. */
      value: z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/, 'must be 64 bytes in base64'),
    })
    .optional(),
})

export type Manifest = z.infer<typeof manifestSchema>

/**
 * Reads a manifest.
 * @param file only for the errors
 * @throws UserError naming the file, the field and what is wrong with it
 */
export function parseManifest(text: string, file: string): Manifest {
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new UserError(`${file} is not JSON: it may be cut off. Make it again with "npx dobush register sign".`)
  }
  const parsed = manifestSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`)
  throw new UserError(
    `${file} is not a manifest. ${faults.slice(0, 5).join('; ')}. Make it again with "npx dobush register sign".`,
  )
}

/** What a signature covers: the manifest without `signature` as RFC 8785 (JCS) writes it, to be encoded in UTF-8. */
export function signedText(manifest: Manifest): string {
  const { signature: _, ...signed } = manifest
  return canonical(signed)
}

type Json = string | number | { readonly [key: string]: Json }

/** Strings and whole numbers are written by JSON.stringify as RFC 8785 asks; only the order of keys is left to do. */
function canonical(value: Json): string {
  if (typeof value !== 'object') return JSON.stringify(value)
  // Sorted by UTF-16 units, as RFC 8785 asks too.
  const members = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const member = value[key]
      return member === undefined ? [] : `${JSON.stringify(key)}:${canonical(member)}`
    })
  return `{${members.join(',')}}`
}
