/** Something a person did, or that happened to a person's data, to be kept for whoever has to answer for it. */
export interface Deed {
  /** Name of the person, or `system`. */
  readonly by: string
  /** What was done, as `call.number-shown`, `callback.listened`, `calls.exported`. */
  readonly action: string
  /** What it was done to: `call:ID`, `callback:ID`, `person:NAME`, `snapshot:ID`, `prompt:ky/NAME`. */
  readonly subject?: string | undefined
  /** More of it in words; never a full number, a PIN or a secret. */
  readonly detail?: string | undefined
  /** The address the request came from. */
  readonly from?: string | undefined
}

/** Writes a deed into the audit log. Once it resolves, the entry is on disk; what it is about must not go on before. */
export type Audit = (deed: Deed) => Promise<void>

/** Which entries of the audit log. Moments are ISO time. */
export interface AuditSearch {
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly by?: string | undefined
  /** `call.number-shown`, or `call` for all of its kind. */
  readonly action?: string | undefined
  readonly subject?: string | undefined
  /** Only entries with smaller numbers. */
  readonly before?: number | undefined
  readonly limit: number
}
