// @ts-nocheck
// Made by `npm run api` from src/api. Do not edit.
export interface TotpSecret {
  uri: string;
  secret: string;
}

export interface Problem {
  type: "about:blank";
  title: string;
  status: number;
  code: string;
  detail: string;
  fields?: Record<string, string>;
}

export interface Self {
  id: string;
  name: string;
  displayName: string;
  roles: ("operator" | "supervisor" | "auditor" | "administrator")[];
  language: "ky" | "ru" | "en";
  totp: boolean;
  mustChangePassword: boolean;
  csrfToken: string;
}

export interface Now {
  /** @format date-time */
  at: string;
  ok: boolean;
  calls: LiveCall[];
  lines: {
    inUse: number;
    capacity: number;
  };
  today: {
    byHour: number[];
    answered: number;
    completed: number;
    abandoned: number;
    gaveUp: number;
    failed: number;
  };
  yesterday: {
    byHour: number[];
    answered: number;
    completed: number;
    abandoned: number;
    gaveUp: number;
    failed: number;
  };
  callbacks: {
    waiting: number;
    overdue: number;
    oldestAt: string | null;
  };
  switch: {
    ari: boolean;
    ami: boolean;
  };
  register: {
    id: string;
    /** @format date-time */
    asOf: string;
    ageHours: number;
    voters: number;
    stale: boolean;
  } | null;
  sms: {
    name: string;
    state: "up" | "connecting" | "down";
    queued: number;
  }[];
  disk: {
    freeBytes: number;
    totalBytes: number;
  };
  alerts: {
    key: string;
    text: string;
    /** @format date-time */
    since: string;
  }[];
}

export interface LiveCall {
  id: string;
  did: string;
  caller: string | null;
  /** @format date-time */
  startedAt: string;
  language: "ky" | "ru";
  step: string | null;
}

export interface CallChoices {
  dids: string[];
  steps: string[];
}

export interface CallCount {
  count: number;
  more: boolean;
}

export interface CallDetail {
  id: string;
  /** @format date-time */
  startedAt: string;
  durationMs: number;
  did: string;
  caller: string | null;
  language: "ky" | "ru";
  disposition: "completed" | "abandoned" | "gave-up" | "failed";
  lastStep: string | null;
  station: string | null;
  region: "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | null;
  hangupCause: number | null;
  callback: boolean;
  answeredAt: string | null;
  /** @format date-time */
  endedAt: string;
  phase: string;
  steps: CallStep[];
  callbacks: {
    id: string;
    reference: string | null;
    reason: "not-in-list" | "wrong-station" | "wrong-personal-data" | "other";
    state: string;
  }[];
  messages: {
    id: string;
    outcome:
      | "found"
      | "station-closed"
      | "not-found"
      | "not-found-late"
      | "under-18"
      | "no-biometry"
      | "unavailable"
      | "bad-format"
      | "several-pins"
      | "over-limit"
      | "help"
      | "language"
      | "not-answered"
      | "callback-accepted";
    state:
      | "received"
      | "queued"
      | "sending"
      | "sent"
      | "delivered"
      | "undeliverable"
      | "expired"
      | "rejected"
      | "unknown";
  }[];
}

export interface CallStep {
  name: string;
  /** @format date-time */
  at: string;
  durationMs: number;
  outcome: string;
  key: string | null;
  digits: number | null;
  prompts: string[];
}

export interface SavedFilter {
  id: string;
  name: string;
  filter: {
    /** @format date-time */
    from?: string;
    /** @format date-time */
    until?: string;
    /** @maxItems 50 */
    did?: string[];
    /** @maxItems 50 */
    language?: ("ky" | "ru")[];
    /** @maxItems 50 */
    disposition?: ("completed" | "abandoned" | "gave-up" | "failed")[];
    /** @maxItems 50 */
    lastStep?: string[];
    /** @pattern ^[1-9]\d{3}$ */
    station?: string;
    /** @maxItems 50 */
    region?: ("1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")[];
    minDurationMs?: number | null;
    maxDurationMs?: number | null;
    callback?: string;
  };
  sort:
    | "startedAt"
    | "-startedAt"
    | "durationMs"
    | "-durationMs"
    | "station"
    | "-station";
}

export interface CallPage {
  rows: CallRow[];
  next: string | null;
}

export interface CallRow {
  id: string;
  /** @format date-time */
  startedAt: string;
  durationMs: number;
  did: string;
  caller: string | null;
  language: "ky" | "ru";
  disposition: "completed" | "abandoned" | "gave-up" | "failed";
  lastStep: string | null;
  station: string | null;
  region: "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | null;
  hangupCause: number | null;
  callback: boolean;
}

export interface FullNumber {
  number: string | null;
}

export interface CallbackDetail {
  id: string;
  reference: string | null;
  state: "open" | "incomplete" | "duplicate" | "closed";
  reason: "not-in-list" | "wrong-station" | "wrong-personal-data" | "other";
  language: "ky" | "ru";
  region: "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | null;
  number: string | null;
  /** @format date-time */
  createdAt: string;
  /** @format date-time */
  dueAt: string;
  overdue: boolean;
  claimedBy: {
    id: string;
    displayName: string;
  } | null;
  claimedUntil: string | null;
  attempts: number;
  nextAttemptAt: string | null;
  outcome:
    | "reached"
    | "no-answer"
    | "wrong-number"
    | "resolved"
    | "passed-to-commission"
    | null;
  durationMs: number;
  duplicates: number;
  callId: string;
  /** @format date-time */
  consentedAt: string;
  talkingMs: number;
  commission: string | null;
  history: CallbackEvent[];
  same: CallbackRow[];
  mayListen: boolean;
  mayAct: boolean;
}

export interface CallbackEvent {
  /** @format date-time */
  at: string;
  by: string;
  kind:
    | "claimed"
    | "released"
    | "expired"
    | "handed-over"
    | "attempt"
    | "note"
    | "closed"
    | "reopened";
  outcome:
    | "reached"
    | "no-answer"
    | "wrong-number"
    | "resolved"
    | "passed-to-commission"
    | null;
  text: string | null;
  to: string | null;
}

export interface CallbackRow {
  id: string;
  reference: string | null;
  state: "open" | "incomplete" | "duplicate" | "closed";
  reason: "not-in-list" | "wrong-station" | "wrong-personal-data" | "other";
  language: "ky" | "ru";
  region: "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | null;
  number: string | null;
  /** @format date-time */
  createdAt: string;
  /** @format date-time */
  dueAt: string;
  overdue: boolean;
  claimedBy: {
    id: string;
    displayName: string;
  } | null;
  claimedUntil: string | null;
  attempts: number;
  nextAttemptAt: string | null;
  outcome:
    | "reached"
    | "no-answer"
    | "wrong-number"
    | "resolved"
    | "passed-to-commission"
    | null;
  durationMs: number;
  duplicates: number;
}

export interface CallbackPage {
  rows: CallbackRow[];
  next: string | null;
}

export interface Report {
  /** @format date */
  from: string;
  /** @format date */
  until: string;
  totals: {
    calls: number;
    completed: number;
    abandoned: number;
    gaveUp: number;
    failed: number;
    callbacks: number;
    medianDurationMs: number | null;
  };
  byDay: {
    /** @format date */
    day: string;
    calls: number;
    completed: number;
    abandoned: number;
    failed: number;
  }[];
  byHour: {
    weekday: number;
    hour: number;
    calls: number;
  }[];
  funnel: {
    step: string;
    reached: number;
    left: number;
  }[];
  languages: {
    language: "ky" | "ru";
    calls: number;
  }[];
  reasons: {
    reason: "not-in-list" | "wrong-station" | "wrong-personal-data" | "other";
    callbacks: number;
  }[];
  stations: {
    /** @pattern ^[1-9]\d{3}$ */
    station: string;
    calls: number;
    callbacks: number;
  }[];
  regions: {
    region: "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
    calls: number;
    callbacks: number;
  }[];
  timeToCallback: {
    closed: number;
    withinDue: number;
    medianHours: number | null;
    p90Hours: number | null;
    histogram: {
      underHours: number | null;
      callbacks: number;
    }[];
  };
}

export interface RegisterState {
  snapshots: Snapshot[];
  reports: {
    id: string;
    /** @format date-time */
    at: string;
    verdict: "fit" | "red" | "refused";
    refused: string | null;
  }[];
  work: RegisterWork;
  refresh: {
    running: boolean;
    lastSuccess: string | null;
    failures: number;
    lastFault: string | null;
    nextAt: string | null;
  } | null;
  edits: {
    /** @pattern ^[1-9]\d{3}$ */
    station: string;
    closed: boolean;
    instead: string | null;
    address: {
      /**
       * @minLength 1
       * @maxLength 500
       */
      ky: string;
      /**
       * @minLength 1
       * @maxLength 500
       */
      ru: string;
    } | null;
    by: string;
    reason: string;
    /** @format date-time */
    at: string;
  }[];
  journal: {
    /** @format date-time */
    at: string;
    what: string;
    snapshot: string | null;
    station: string | null;
    by: string | null;
    reason: string | null;
  }[];
}

export interface Snapshot {
  id: string;
  /** @format date-time */
  madeAt: string;
  /** @format date-time */
  asOf: string;
  voters: number;
  stations: number;
  active: boolean;
  red: boolean;
  mayActivate: boolean;
  override: {
    by: string;
    /** @format date-time */
    at: string;
    reason: string;
  } | null;
}

export type RegisterWork = {
  what:
    | "activate"
    | "roll-back"
    | "override"
    | "edit-station"
    | "withdraw-edit";
  subject: string;
  by: string;
  /** @format date-time */
  since: string;
  running: boolean;
  fault: string | null;
} | null;

export interface RegisterReport {
  id: string;
  /** @format date-time */
  madeAt: string;
  /** @format date-time */
  asOf: string;
  edition: {
    id: string | null;
    election: string;
    signedBy: string | null;
  } | null;
  refused: string | null;
  voters: number | null;
  stations: number | null;
  checks: CheckResult[];
  edits: string[];
  byRegion: {
    region: "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
    voters: number;
    before: number | null;
  }[];
}

export interface CheckResult {
  check: string;
  level: "green" | "yellow" | "red";
  text: string;
  count: number;
  of: number;
  limit: number | null;
  examples: string[];
}

export interface StationNow {
  /** @pattern ^[1-9]\d{3}$ */
  number: string;
  address: {
    /**
     * @minLength 1
     * @maxLength 500
     */
    ky: string;
    /**
     * @minLength 1
     * @maxLength 500
     */
    ru: string;
  };
  closed: boolean;
  instead: string | null;
  edited: boolean;
}

export interface PromptClip {
  name: string;
  language: "ky" | "ru";
  text: string;
  source: "studio" | "synthetic";
  replaceable: boolean;
  durationMs: number | null;
  uploadedAt: string | null;
  uploadedBy: string | null;
  findings: ("missing" | "stale" | "clipped" | "too-quiet" | "unreadable")[];
}

export interface UploadedPrompt {
  clip: PromptClip;
  check: RecordingCheck;
}

export interface RecordingCheck {
  durationMs: number;
  sampleRate: number;
  peak: number;
  loudness: number;
  clipped: number;
  silenceBeforeMs: number;
  silenceAfterMs: number;
  faults: (
    | "not-wav"
    | "rate-too-low"
    | "too-short"
    | "too-long"
    | "silent"
    | "too-quiet"
    | "clipped"
  )[];
  warnings: ("quiet" | "long-silence" | "length-differs" | "narrow")[];
}

export type Capacity = {
  share: number;
  callsInPeakHour: number;
  erlangs: number;
  lines: number;
  cores: number;
  trunks: number;
  operators: number;
}[];

export interface Settings {
  calendar: CalendarSettings;
  hours: HoursSettings;
  callbacks: CallbackSettings;
  retention: RetentionSettings;
  retentionRun: {
    /** @format date-time */
    at: string;
    removed: Record<string, number>;
  } | null;
}

export interface CalendarSettings {
  name: {
    /**
     * @minLength 1
     * @maxLength 500
     */
    ky: string;
    /**
     * @minLength 1
     * @maxLength 500
     */
    ru: string;
  };
  /** @format date */
  votingDay: string;
  voting: {
    /** @pattern ^([01]\d|2[0-3]):[0-5]\d$ */
    from: string;
    /** @pattern ^([01]\d|2[0-3]):[0-5]\d$ */
    to: string;
  };
  corrections: {
    /** @format date */
    from: string;
    /** @format date */
    until: string;
  };
}

export interface HoursSettings {
  /** @minItems 1 */
  workdays: number[];
  /** @pattern ^([01]\d|2[0-3]):[0-5]\d$ */
  from: string;
  /** @pattern ^([01]\d|2[0-3]):[0-5]\d$ */
  to: string;
  /** @maxItems 60 */
  holidays: string[];
}

export interface CallbackSettings {
  /**
   * @min 1
   * @max 1000
   */
  dueHours: number;
  /**
   * @min 1
   * @max 480
   */
  claimMinutes: number;
  /**
   * @min 1
   * @max 10000
   */
  attemptGapMinutes: number;
  /**
   * @min 1
   * @max 20
   */
  maxAttempts: number;
}

export interface RetentionSettings {
  /**
   * @min 1
   * @max 3650
   */
  calls: number;
  /**
   * @min 1
   * @max 3650
   */
  callers: number;
  /**
   * @min 1
   * @max 3650
   */
  callbacks: number;
  /**
   * @min 1
   * @max 3650
   */
  recordings: number;
  /**
   * @min 1
   * @max 3650
   */
  messages: number;
  /**
   * @min 1
   * @max 3650
   */
  audit: number;
}

export interface NewPerson {
  person: Person;
  password: string;
}

export interface Person {
  id: string;
  name: string;
  displayName: string;
  roles: ("operator" | "supervisor" | "auditor" | "administrator")[];
  totp: boolean;
  disabled: boolean;
  lockedUntil: string | null;
  lastSignInAt: string | null;
  /** @format date-time */
  createdAt: string;
}

export interface AuditCheck {
  entries: number;
  brokenAt: number | null;
  head: string;
}

export interface AuditPage {
  rows: AuditEntry[];
  next: string | null;
}

export interface AuditEntry {
  number: number;
  /** @format date-time */
  at: string;
  by: string;
  action: string;
  subject: string | null;
  detail: string | null;
  from: string | null;
  hash: string;
}

export interface Colleague {
  id: string;
  displayName: string;
}

export interface NewPassword {
  password: string;
}

export interface BindState {
  name: string;
  kind: "smpp" | "kannel" | "webhook";
  state: "up" | "connecting" | "down";
  /** @format date-time */
  since: string;
  queued: number;
  received: number[];
  sent: number[];
  lastFault: string | null;
}

export interface MessagePage {
  rows: MessageRow[];
  next: string | null;
}

export interface MessageRow {
  id: string;
  /** @format date-time */
  at: string;
  direction: "in" | "out";
  bind: string;
  number: string | null;
  language: "ky" | "ru" | null;
  outcome:
    | "found"
    | "station-closed"
    | "not-found"
    | "not-found-late"
    | "under-18"
    | "no-biometry"
    | "unavailable"
    | "bad-format"
    | "several-pins"
    | "over-limit"
    | "help"
    | "language"
    | "not-answered"
    | "callback-accepted";
  state:
    | "received"
    | "queued"
    | "sending"
    | "sent"
    | "delivered"
    | "undeliverable"
    | "expired"
    | "rejected"
    | "unknown";
  parts: number;
  attempts: number;
  finalAt: string | null;
  error: string | null;
  callId: string | null;
}

export interface ConfirmTotpPayload {
  /** @pattern ^\d{6}$ */
  code: string;
}

export interface ChangePasswordPayload {
  /** @maxLength 200 */
  current: string;
  /**
   * @minLength 12
   * @maxLength 200
   */
  next: string;
}

export interface RemoveTotpPayload {
  /** @maxLength 200 */
  password: string;
}

export interface SetLanguagePayload {
  language: "ky" | "ru" | "en";
}

export interface SignInPayload {
  /**
   * @minLength 1
   * @maxLength 60
   */
  name: string;
  /** @maxLength 200 */
  password: string;
  /** @pattern ^\d{6}$ */
  code?: string;
}

export interface CountCallsPayload {
  /** @default {} */
  filter?: {
    /** @format date-time */
    from?: string;
    /** @format date-time */
    until?: string;
    /** @maxItems 50 */
    did?: string[];
    /** @maxItems 50 */
    language?: ("ky" | "ru")[];
    /** @maxItems 50 */
    disposition?: ("completed" | "abandoned" | "gave-up" | "failed")[];
    /** @maxItems 50 */
    lastStep?: string[];
    /** @pattern ^[1-9]\d{3}$ */
    station?: string;
    /** @maxItems 50 */
    region?: ("1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")[];
    minDurationMs?: number | null;
    maxDurationMs?: number | null;
    callback?: string;
  };
  /**
   * @minLength 5
   * @maxLength 30
   */
  caller?: string;
}

export interface ExportCallsPayload {
  /** @default {} */
  filter?: {
    /** @format date-time */
    from?: string;
    /** @format date-time */
    until?: string;
    /** @maxItems 50 */
    did?: string[];
    /** @maxItems 50 */
    language?: ("ky" | "ru")[];
    /** @maxItems 50 */
    disposition?: ("completed" | "abandoned" | "gave-up" | "failed")[];
    /** @maxItems 50 */
    lastStep?: string[];
    /** @pattern ^[1-9]\d{3}$ */
    station?: string;
    /** @maxItems 50 */
    region?: ("1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")[];
    minDurationMs?: number | null;
    maxDurationMs?: number | null;
    callback?: string;
  };
  /**
   * @minLength 5
   * @maxLength 30
   */
  caller?: string;
  /** @default "-startedAt" */
  sort?:
    | "startedAt"
    | "-startedAt"
    | "durationMs"
    | "-durationMs"
    | "station"
    | "-station";
  format: "csv" | "xlsx";
}

export interface GetCallParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface SaveFilterPayload {
  /**
   * @minLength 1
   * @maxLength 60
   */
  name: string;
  filter: {
    /** @format date-time */
    from?: string;
    /** @format date-time */
    until?: string;
    /** @maxItems 50 */
    did?: string[];
    /** @maxItems 50 */
    language?: ("ky" | "ru")[];
    /** @maxItems 50 */
    disposition?: ("completed" | "abandoned" | "gave-up" | "failed")[];
    /** @maxItems 50 */
    lastStep?: string[];
    /** @pattern ^[1-9]\d{3}$ */
    station?: string;
    /** @maxItems 50 */
    region?: ("1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")[];
    minDurationMs?: number | null;
    maxDurationMs?: number | null;
    callback?: string;
  };
  sort:
    | "startedAt"
    | "-startedAt"
    | "durationMs"
    | "-durationMs"
    | "station"
    | "-station";
}

export interface RemoveFilterParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface SearchCallsPayload {
  /** @default {} */
  filter?: {
    /** @format date-time */
    from?: string;
    /** @format date-time */
    until?: string;
    /** @maxItems 50 */
    did?: string[];
    /** @maxItems 50 */
    language?: ("ky" | "ru")[];
    /** @maxItems 50 */
    disposition?: ("completed" | "abandoned" | "gave-up" | "failed")[];
    /** @maxItems 50 */
    lastStep?: string[];
    /** @pattern ^[1-9]\d{3}$ */
    station?: string;
    /** @maxItems 50 */
    region?: ("1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")[];
    minDurationMs?: number | null;
    maxDurationMs?: number | null;
    callback?: string;
  };
  /**
   * @minLength 5
   * @maxLength 30
   */
  caller?: string;
  /** @default "-startedAt" */
  sort?:
    | "startedAt"
    | "-startedAt"
    | "durationMs"
    | "-durationMs"
    | "station"
    | "-station";
  /** @maxLength 500 */
  cursor?: string;
  /**
   * @min 1
   * @max 200
   * @default 50
   */
  limit?: number;
}

export interface ShowCallerParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface AttemptCallbackPayload {
  outcome:
    | "reached"
    | "no-answer"
    | "wrong-number"
    | "resolved"
    | "passed-to-commission";
  /** @maxLength 2000 */
  text?: string;
  /** @pattern ^\d{1,4}$ */
  commission?: string;
}

export interface AttemptCallbackParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface ClaimCallbackParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface GetCallbackParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface HandOverCallbackPayload {
  /** @maxLength 100 */
  to: string;
  /** @maxLength 2000 */
  text?: string;
}

export interface HandOverCallbackParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface ListCallbacksParams {
  /** @maxItems 50 */
  state?: ("open" | "incomplete" | "duplicate" | "closed")[];
  /** @maxItems 50 */
  reason?: (
    | "not-in-list"
    | "wrong-station"
    | "wrong-personal-data"
    | "other"
  )[];
  /** @maxItems 50 */
  language?: ("ky" | "ru")[];
  /** @maxItems 50 */
  region?: ("1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")[];
  /** @default "any" */
  claim?: "mine" | "free" | "any";
  overdue?: string;
  /** @maxLength 10 */
  reference?: string;
  /** @maxItems 50 */
  outcome?: (
    | "reached"
    | "no-answer"
    | "wrong-number"
    | "resolved"
    | "passed-to-commission"
  )[];
  /** @default "dueAt" */
  sort?: "dueAt" | "-dueAt" | "-createdAt";
  /** @maxLength 500 */
  cursor?: string;
  /**
   * @min 1
   * @max 200
   * @default 50
   */
  limit?: number;
}

export interface ListenToCallbackParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface NoteCallbackPayload {
  /**
   * @minLength 1
   * @maxLength 2000
   */
  text: string;
}

export interface NoteCallbackParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface ReleaseCallbackParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface ReopenCallbackPayload {
  /**
   * @minLength 1
   * @maxLength 2000
   */
  text: string;
}

export interface ReopenCallbackParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface ShowCallbackNumberParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface GetReportParams {
  /** @format date */
  from: string;
  /** @format date */
  until: string;
  /** @maxItems 50 */
  language?: ("ky" | "ru")[];
}

export interface ActivateSnapshotPayload {
  /**
   * @minLength 3
   * @maxLength 500
   */
  reason: string;
}

export interface ActivateSnapshotParams {
  /** @pattern ^[\w.:-]{1,80}$ */
  id: string;
}

export interface EditStationPayload {
  address?: {
    /**
     * @minLength 1
     * @maxLength 500
     */
    ky: string;
    /**
     * @minLength 1
     * @maxLength 500
     */
    ru: string;
  };
  closed?: true;
  /** @pattern ^[1-9]\d{3}$ */
  instead?: string;
  /**
   * @minLength 3
   * @maxLength 500
   */
  reason: string;
}

export interface EditStationParams {
  /** @pattern ^[1-9]\d{3}$ */
  number: string;
}

export interface GetStationParams {
  /** @pattern ^[1-9]\d{3}$ */
  number: string;
}

export interface GetRegisterReportParams {
  /** @pattern ^[\w.:-]{1,80}$ */
  id: string;
}

export interface OverrideSnapshotPayload {
  /**
   * @minLength 3
   * @maxLength 500
   */
  reason: string;
}

export interface OverrideSnapshotParams {
  /** @pattern ^[\w.:-]{1,80}$ */
  id: string;
}

export interface RollBackRegisterPayload {
  /**
   * @minLength 3
   * @maxLength 500
   */
  reason: string;
}

export interface WithdrawStationEditPayload {
  /**
   * @minLength 3
   * @maxLength 500
   */
  reason: string;
}

export interface WithdrawStationEditParams {
  /** @pattern ^[1-9]\d{3}$ */
  number: string;
}

export interface HearPromptParams {
  /** @pattern ^[a-z0-9.-]{1,80}$ */
  name: string;
  language: "ky" | "ru";
}

export interface RevertPromptParams {
  /** @pattern ^[a-z0-9.-]{1,80}$ */
  name: string;
  language: "ky" | "ru";
}

/** @format binary */
export type UploadPromptPayload = File;

export interface UploadPromptParams {
  /** @pattern ^[a-z0-9.-]{1,80}$ */
  name: string;
  language: "ky" | "ru";
}

export interface GetCapacityParams {
  /**
   * @min 1
   * @max 100000000
   * @default 4300000
   */
  voters?: number;
  /**
   * @min 1
   * @max 60
   * @default 5
   */
  days?: number;
  /**
   * @min 0.01
   * @max 1
   * @default 0.15
   */
  peakHourShare?: number;
  /**
   * @min 1
   * @max 3600
   * @default 150
   */
  callSeconds?: number;
  /**
   * @min 0.0001
   * @max 0.5
   * @default 0.01
   */
  blocking?: number;
}

export interface SetCalendarPayload {
  name: {
    /**
     * @minLength 1
     * @maxLength 500
     */
    ky: string;
    /**
     * @minLength 1
     * @maxLength 500
     */
    ru: string;
  };
  /** @format date */
  votingDay: string;
  voting: {
    /** @pattern ^([01]\d|2[0-3]):[0-5]\d$ */
    from: string;
    /** @pattern ^([01]\d|2[0-3]):[0-5]\d$ */
    to: string;
  };
  corrections: {
    /** @format date */
    from: string;
    /** @format date */
    until: string;
  };
}

export interface SetHoursPayload {
  /** @minItems 1 */
  workdays: number[];
  /** @pattern ^([01]\d|2[0-3]):[0-5]\d$ */
  from: string;
  /** @pattern ^([01]\d|2[0-3]):[0-5]\d$ */
  to: string;
  /** @maxItems 60 */
  holidays: string[];
}

export interface AddPersonPayload {
  /** @pattern ^[a-z][a-z0-9._-]{1,39}$ */
  name: string;
  /**
   * @minLength 1
   * @maxLength 100
   */
  displayName: string;
  /** @minItems 1 */
  roles: ("operator" | "supervisor" | "auditor" | "administrator")[];
}

export interface ChangePersonPayload {
  /**
   * @minLength 1
   * @maxLength 100
   */
  displayName: string;
  /** @minItems 1 */
  roles: ("operator" | "supervisor" | "auditor" | "administrator")[];
  disabled: boolean;
}

export interface ChangePersonParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface ListAuditParams {
  /** @format date-time */
  from?: string;
  /** @format date-time */
  until?: string;
  /** @maxLength 60 */
  by?: string;
  /** @maxLength 60 */
  action?: string;
  /** @maxLength 120 */
  subject?: string;
  /** @maxLength 500 */
  cursor?: string;
  /**
   * @min 1
   * @max 200
   * @default 50
   */
  limit?: number;
}

export interface ResetPersonParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export interface ListMessagesParams {
  /** @format date-time */
  from?: string;
  /** @format date-time */
  until?: string;
  direction?: "in" | "out";
  /** @maxItems 50 */
  bind?: string[];
  /** @maxItems 50 */
  outcome?: (
    | "found"
    | "station-closed"
    | "not-found"
    | "not-found-late"
    | "under-18"
    | "no-biometry"
    | "unavailable"
    | "bad-format"
    | "several-pins"
    | "over-limit"
    | "help"
    | "language"
    | "not-answered"
    | "callback-accepted"
  )[];
  /** @maxItems 50 */
  state?: (
    | "received"
    | "queued"
    | "sending"
    | "sent"
    | "delivered"
    | "undeliverable"
    | "expired"
    | "rejected"
    | "unknown"
  )[];
  /** @maxItems 50 */
  language?: ("ky" | "ru")[];
  /** @maxLength 500 */
  cursor?: string;
  /**
   * @min 1
   * @max 200
   * @default 50
   */
  limit?: number;
}

export interface ShowMessageNumberParams {
  /**
   * @minLength 1
   * @maxLength 100
   */
  id: string;
}

export type QueryParamsType = Record<string | number, any>;
export type ResponseFormat = keyof Omit<Body, "body" | "bodyUsed">;

export interface FullRequestParams extends Omit<RequestInit, "body"> {
  /** set parameter to `true` for call `securityWorker` for this request */
  secure?: boolean;
  /** request path */
  path: string;
  /** content type of request body */
  type?: ContentType;
  /** query params */
  query?: QueryParamsType;
  /** format of response (i.e. response.json() -> format: "json") */
  format?: ResponseFormat;
  /** request body */
  body?: unknown;
  /** base url */
  baseUrl?: string;
  /** request cancellation token */
  cancelToken?: CancelToken;
}

export type RequestParams = Omit<
  FullRequestParams,
  "body" | "method" | "query" | "path"
>;

export interface ApiConfig<SecurityDataType = unknown> {
  baseUrl?: string;
  baseApiParams?: Omit<RequestParams, "baseUrl" | "cancelToken" | "signal">;
  securityWorker?: (
    securityData: SecurityDataType | null,
  ) => Promise<RequestParams | void> | RequestParams | void;
  customFetch?: typeof fetch;
}

export interface HttpResponse<D extends unknown, E extends unknown = unknown>
  extends Response {
  data: D;
  error: E;
}

type CancelToken = Symbol | string | number;

export type ContentType =
  | "application/json"
  | "application/vnd.api+json"
  | "multipart/form-data"
  | "application/x-www-form-urlencoded"
  | "text/plain";

export class HttpClient<SecurityDataType = unknown> {
  public baseUrl: string = "";
  private securityData: SecurityDataType | null = null;
  private securityWorker?: ApiConfig<SecurityDataType>["securityWorker"];
  private abortControllers = new Map<CancelToken, AbortController>();
  private customFetch = (...fetchParams: Parameters<typeof fetch>) =>
    fetch(...fetchParams);

  private baseApiParams: RequestParams = {
    credentials: "same-origin",
    headers: {},
    redirect: "follow",
    referrerPolicy: "no-referrer",
  };

  constructor(apiConfig: ApiConfig<SecurityDataType> = {}) {
    Object.assign(this, apiConfig);
  }

  public setSecurityData = (data: SecurityDataType | null) => {
    this.securityData = data;
  };

  protected encodeQueryParam(key: string, value: any) {
    const encodedKey = encodeURIComponent(key);
    return `${encodedKey}=${encodeURIComponent(typeof value === "number" ? value : `${value}`)}`;
  }

  protected addQueryParam(query: QueryParamsType, key: string) {
    return this.encodeQueryParam(key, query[key]);
  }

  protected addArrayQueryParam(query: QueryParamsType, key: string) {
    const value = query[key];
    return value.map((v: any) => this.encodeQueryParam(key, v)).join("&");
  }

  protected toQueryString(rawQuery?: QueryParamsType): string {
    const query = rawQuery || {};
    const keys = Object.keys(query).filter(
      (key) => "undefined" !== typeof query[key],
    );
    return keys
      .map((key) =>
        Array.isArray(query[key])
          ? this.addArrayQueryParam(query, key)
          : this.addQueryParam(query, key),
      )
      .join("&");
  }

  protected addQueryParams(rawQuery?: QueryParamsType): string {
    const queryString = this.toQueryString(rawQuery);
    return queryString ? `?${queryString}` : "";
  }

  private contentFormatters: Record<ContentType, (input: any) => any> = {
    ["application/json"]: (input: any) =>
      input !== null && (typeof input === "object" || typeof input === "string")
        ? JSON.stringify(input)
        : input,
    ["application/vnd.api+json"]: (input: any) =>
      input !== null && (typeof input === "object" || typeof input === "string")
        ? JSON.stringify(input)
        : input,
    ["text/plain"]: (input: any) =>
      input !== null && typeof input !== "string"
        ? JSON.stringify(input)
        : input,
    ["multipart/form-data"]: (input: any) => {
      if (input instanceof FormData) {
        return input;
      }

      return Object.keys(input || {}).reduce((formData, key) => {
        const property = input[key];
        formData.append(
          key,
          property instanceof Blob
            ? property
            : typeof property === "object" && property !== null
              ? JSON.stringify(property)
              : `${property}`,
        );
        return formData;
      }, new FormData());
    },
    ["application/x-www-form-urlencoded"]: (input: any) =>
      this.toQueryString(input),
  };

  protected mergeRequestParams(
    params1: RequestParams,
    params2?: RequestParams,
  ): RequestParams {
    return {
      ...this.baseApiParams,
      ...params1,
      ...(params2 || {}),
      headers: {
        ...(this.baseApiParams.headers || {}),
        ...(params1.headers || {}),
        ...((params2 && params2.headers) || {}),
      },
    };
  }

  protected createAbortSignal = (
    cancelToken: CancelToken,
  ): AbortSignal | undefined => {
    if (this.abortControllers.has(cancelToken)) {
      const abortController = this.abortControllers.get(cancelToken);
      if (abortController) {
        return abortController.signal;
      }
      return void 0;
    }

    const abortController = new AbortController();
    this.abortControllers.set(cancelToken, abortController);
    return abortController.signal;
  };

  public abortRequest = (cancelToken: CancelToken) => {
    const abortController = this.abortControllers.get(cancelToken);

    if (abortController) {
      abortController.abort();
      this.abortControllers.delete(cancelToken);
    }
  };

  public request = async <T = any, E = any>({
    body,
    secure,
    path,
    type,
    query,
    format,
    baseUrl,
    cancelToken,
    ...params
  }: FullRequestParams): Promise<T> => {
    const secureParams =
      ((typeof secure === "boolean" ? secure : this.baseApiParams.secure) &&
        this.securityWorker &&
        (await this.securityWorker(this.securityData))) ||
      {};
    const requestParams = this.mergeRequestParams(params, secureParams);
    const queryString = query && this.toQueryString(query);
    const payloadFormatter = this.contentFormatters[type || "application/json"];
    const responseFormat = format || requestParams.format;

    return this.customFetch(
      `${baseUrl || this.baseUrl || ""}${path}${queryString ? `?${queryString}` : ""}`,
      {
        ...requestParams,
        headers: {
          ...(requestParams.headers || {}),
          ...(type && type !== "multipart/form-data"
            ? { "Content-Type": type }
            : {}),
        },
        signal:
          (cancelToken
            ? this.createAbortSignal(cancelToken)
            : requestParams.signal) || null,
        body:
          typeof body === "undefined" || body === null
            ? null
            : payloadFormatter(body),
      },
    ).then(async (response) => {
      const r = response as HttpResponse<T, E>;
      r.data = null as unknown as T;
      r.error = null as unknown as E;

      const responseToParse = responseFormat ? response.clone() : response;
      const data = !responseFormat
        ? r
        : await responseToParse[responseFormat]()
            .then((data) => {
              if (r.ok) {
                r.data = data;
              } else {
                r.error = data;
              }
              return r;
            })
            .catch((e) => {
              r.error = e;
              return r;
            });

      if (cancelToken) {
        this.abortControllers.delete(cancelToken);
      }

      if (!response.ok) throw data;
      return data.data;
    });
  };
}

/**
 * @title Dobush console
 * @version 1
 */
export class Api<SecurityDataType extends unknown> {
  http: HttpClient<SecurityDataType>;

  constructor(http: HttpClient<SecurityDataType>) {
    this.http = http;
  }

  api = {
    /**
     * @description For signed-in.
     *
     * @tags sign-in
     * @name BeginTotp
     * @summary A new secret for an authenticator; counts only once confirmed.
     * @request POST:/api/self/totp
     * @secure
     */
    beginTotp: (params: RequestParams = {}) =>
      this.http.request<TotpSecret, Problem>({
        path: `/api/self/totp`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For signed-in.
     *
     * @tags sign-in
     * @name ConfirmTotp
     * @summary Switches the authenticator on.
     * @request PUT:/api/self/totp
     * @secure
     */
    confirmTotp: (data: ConfirmTotpPayload, params: RequestParams = {}) =>
      this.http.request<void, Problem>({
        path: `/api/self/totp`,
        method: "PUT",
        body: data,
        secure: true,
        type: "application/json",
        ...params,
      }),

    /**
     * @description For signed-in.
     *
     * @tags sign-in
     * @name ChangePassword
     * @summary Changes one's own password; ends one's other sign-ins.
     * @request PUT:/api/self/password
     * @secure
     */
    changePassword: (data: ChangePasswordPayload, params: RequestParams = {}) =>
      this.http.request<void, Problem>({
        path: `/api/self/password`,
        method: "PUT",
        body: data,
        secure: true,
        type: "application/json",
        ...params,
      }),

    /**
     * @description For signed-in.
     *
     * @tags sign-in
     * @name RemoveTotp
     * @summary Switches the authenticator off.
     * @request POST:/api/self/totp/remove
     * @secure
     */
    removeTotp: (data: RemoveTotpPayload, params: RequestParams = {}) =>
      this.http.request<void, Problem>({
        path: `/api/self/totp/remove`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        ...params,
      }),

    /**
     * @description For signed-in.
     *
     * @tags sign-in
     * @name SetLanguage
     * @summary The language the console speaks to one.
     * @request PUT:/api/self/language
     * @secure
     */
    setLanguage: (data: SetLanguagePayload, params: RequestParams = {}) =>
      this.http.request<void, Problem>({
        path: `/api/self/language`,
        method: "PUT",
        body: data,
        secure: true,
        type: "application/json",
        ...params,
      }),

    /**
     * @description For anyone.
     *
     * @tags sign-in
     * @name SignIn
     * @summary Signs in with name, password and, where it is switched on, the code of the authenticator.
     * @request POST:/api/sign-in
     */
    signIn: (data: SignInPayload, params: RequestParams = {}) =>
      this.http.request<Self, Problem>({
        path: `/api/sign-in`,
        method: "POST",
        body: data,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For signed-in.
     *
     * @tags sign-in
     * @name SignOut
     * @summary Ends this sign-in.
     * @request POST:/api/sign-out
     * @secure
     */
    signOut: (params: RequestParams = {}) =>
      this.http.request<void, Problem>({
        path: `/api/sign-out`,
        method: "POST",
        secure: true,
        ...params,
      }),

    /**
     * @description For signed-in.
     *
     * @tags sign-in
     * @name WhoAmI
     * @summary Who is signed in here.
     * @request GET:/api/self
     * @secure
     */
    whoAmI: (params: RequestParams = {}) =>
      this.http.request<Self, Problem>({
        path: `/api/self`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags now
     * @name GetNow
     * @summary How the line is at this moment.
     * @request GET:/api/now
     * @secure
     */
    getNow: (params: RequestParams = {}) =>
      this.http.request<Now, Problem>({
        path: `/api/now`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags now
     * @name WatchNow
     * @summary The same as server-sent events named `now`, whole each time: at once, then at every change, at most once a second.
     * @request GET:/api/now/events
     * @secure
     */
    watchNow: (params: RequestParams = {}) =>
      this.http.request<File, Problem>({
        path: `/api/now/events`,
        method: "GET",
        secure: true,
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags calls
     * @name CallChoices
     * @summary The numbers dialled and the steps that occur, to choose from.
     * @request GET:/api/calls/choices
     * @secure
     */
    callChoices: (params: RequestParams = {}) =>
      this.http.request<CallChoices, Problem>({
        path: `/api/calls/choices`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags calls
     * @name CountCalls
     * @summary How many calls a filter finds, counted up to 10,000.
     * @request POST:/api/calls/count
     * @secure
     */
    countCalls: (data: CountCallsPayload, params: RequestParams = {}) =>
      this.http.request<CallCount, Problem>({
        path: `/api/calls/count`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags calls
     * @name ExportCalls
     * @summary What the filter finds, callers masked, as CSV or XLSX; noted in the audit log.
     * @request POST:/api/calls/export
     * @secure
     */
    exportCalls: (data: ExportCallsPayload, params: RequestParams = {}) =>
      this.http.request<Blob, Problem>({
        path: `/api/calls/export`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags calls
     * @name GetCall
     * @summary A call with its steps, and the requests and messages that belong to it.
     * @request GET:/api/calls/{id}
     * @secure
     */
    getCall: ({ id }: GetCallParams, params: RequestParams = {}) =>
      this.http.request<CallDetail, Problem>({
        path: `/api/calls/${encodeURIComponent(id)}`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags calls
     * @name ListFilters
     * @summary One's own saved filters.
     * @request GET:/api/filters
     * @secure
     */
    listFilters: (params: RequestParams = {}) =>
      this.http.request<SavedFilter[], Problem>({
        path: `/api/filters`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags calls
     * @name SaveFilter
     * @summary Saves a filter under a name; one of the same name is replaced.
     * @request POST:/api/filters
     * @secure
     */
    saveFilter: (data: SaveFilterPayload, params: RequestParams = {}) =>
      this.http.request<SavedFilter, Problem>({
        path: `/api/filters`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags calls
     * @name RemoveFilter
     * @summary Removes one of one's own filters.
     * @request DELETE:/api/filters/{id}
     * @secure
     */
    removeFilter: ({ id }: RemoveFilterParams, params: RequestParams = {}) =>
      this.http.request<void, Problem>({
        path: `/api/filters/${encodeURIComponent(id)}`,
        method: "DELETE",
        secure: true,
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags calls
     * @name SearchCalls
     * @summary A page of calls. A search by full number is in the audit log.
     * @request POST:/api/calls/search
     * @secure
     */
    searchCalls: (data: SearchCallsPayload, params: RequestParams = {}) =>
      this.http.request<CallPage, Problem>({
        path: `/api/calls/search`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags calls
     * @name ShowCaller
     * @summary The caller's full number; noted in the audit log.
     * @request POST:/api/calls/{id}/number
     * @secure
     */
    showCaller: ({ id }: ShowCallerParams, params: RequestParams = {}) =>
      this.http.request<FullNumber, Problem>({
        path: `/api/calls/${encodeURIComponent(id)}/number`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For operator, supervisor.
     *
     * @tags callbacks
     * @name AttemptCallback
     * @summary What an attempt came to. `reached` and `no-answer` leave it open, with the next attempt by rule; the last `no-answer` that is allowed and all others close it.
     * @request POST:/api/callbacks/{id}/attempt
     * @secure
     */
    attemptCallback: (
      { id }: AttemptCallbackParams,
      data: AttemptCallbackPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<CallbackDetail, Problem>({
        path: `/api/callbacks/${encodeURIComponent(id)}/attempt`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For operator, supervisor.
     *
     * @tags callbacks
     * @name ClaimCallback
     * @summary Takes a request, or keeps one's own for longer; 409 when somebody else has it. Frees itself after a while.
     * @request POST:/api/callbacks/{id}/claim
     * @secure
     */
    claimCallback: ({ id }: ClaimCallbackParams, params: RequestParams = {}) =>
      this.http.request<CallbackDetail, Problem>({
        path: `/api/callbacks/${encodeURIComponent(id)}/claim`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For operator, supervisor, auditor.
     *
     * @tags callbacks
     * @name GetCallback
     * @summary A request with its history and the others of the same citizen.
     * @request GET:/api/callbacks/{id}
     * @secure
     */
    getCallback: ({ id }: GetCallbackParams, params: RequestParams = {}) =>
      this.http.request<CallbackDetail, Problem>({
        path: `/api/callbacks/${encodeURIComponent(id)}`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For operator, supervisor.
     *
     * @tags callbacks
     * @name HandOverCallback
     * @summary Gives a request to a colleague.
     * @request POST:/api/callbacks/{id}/hand-over
     * @secure
     */
    handOverCallback: (
      { id }: HandOverCallbackParams,
      data: HandOverCallbackPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<CallbackDetail, Problem>({
        path: `/api/callbacks/${encodeURIComponent(id)}/hand-over`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For operator, supervisor, auditor.
     *
     * @tags callbacks
     * @name ListCallbacks
     * @summary The queue: what is due first comes first.
     * @request GET:/api/callbacks
     * @secure
     */
    listCallbacks: (
      query: ListCallbacksParams = {},
      params: RequestParams = {},
    ) =>
      this.http.request<CallbackPage, Problem>({
        path: `/api/callbacks`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For operator, supervisor, auditor.
     *
     * @tags callbacks
     * @name ListenToCallback
     * @summary The message, Ogg Opus, an operator for a claimed request only; noted in the audit log.
     * @request POST:/api/callbacks/{id}/recording
     * @secure
     */
    listenToCallback: (
      { id }: ListenToCallbackParams,
      params: RequestParams = {},
    ) =>
      this.http.request<Blob, Problem>({
        path: `/api/callbacks/${encodeURIComponent(id)}/recording`,
        method: "POST",
        secure: true,
        ...params,
      }),

    /**
     * @description For operator, supervisor.
     *
     * @tags callbacks
     * @name NoteCallback
     * @summary Writes a note down.
     * @request POST:/api/callbacks/{id}/note
     * @secure
     */
    noteCallback: (
      { id }: NoteCallbackParams,
      data: NoteCallbackPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<CallbackDetail, Problem>({
        path: `/api/callbacks/${encodeURIComponent(id)}/note`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For operator, supervisor.
     *
     * @tags callbacks
     * @name ReleaseCallback
     * @summary Gives a request back; a supervisor anybody's.
     * @request POST:/api/callbacks/{id}/release
     * @secure
     */
    releaseCallback: (
      { id }: ReleaseCallbackParams,
      params: RequestParams = {},
    ) =>
      this.http.request<CallbackDetail, Problem>({
        path: `/api/callbacks/${encodeURIComponent(id)}/release`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor.
     *
     * @tags callbacks
     * @name ReopenCallback
     * @summary Opens a closed request again.
     * @request POST:/api/callbacks/{id}/reopen
     * @secure
     */
    reopenCallback: (
      { id }: ReopenCallbackParams,
      data: ReopenCallbackPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<CallbackDetail, Problem>({
        path: `/api/callbacks/${encodeURIComponent(id)}/reopen`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For operator, supervisor, auditor.
     *
     * @tags callbacks
     * @name ShowCallbackNumber
     * @summary The full number, an operator for a claimed request only; noted in the audit log.
     * @request POST:/api/callbacks/{id}/number
     * @secure
     */
    showCallbackNumber: (
      { id }: ShowCallbackNumberParams,
      params: RequestParams = {},
    ) =>
      this.http.request<FullNumber, Problem>({
        path: `/api/callbacks/${encodeURIComponent(id)}/number`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags reports
     * @name GetReport
     * @summary What happened between two days, both inclusive, at most a year.
     * @request GET:/api/reports
     * @secure
     */
    getReport: (query: GetReportParams, params: RequestParams = {}) =>
      this.http.request<Report, Problem>({
        path: `/api/reports`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags register
     * @name ActivateSnapshot
     * @summary Makes a snapshot without reds the active one, from the next call on.
     * @request POST:/api/register/snapshots/{id}/activate
     * @secure
     */
    activateSnapshot: (
      { id }: ActivateSnapshotParams,
      data: ActivateSnapshotPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<RegisterState, Problem>({
        path: `/api/register/snapshots/${encodeURIComponent(id)}/activate`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags register
     * @name EditStation
     * @summary Another address, or a closing with or without a station instead; spoken from the next call on.
     * @request PUT:/api/register/stations/{number}
     * @secure
     */
    editStation: (
      { number }: EditStationParams,
      data: EditStationPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<RegisterState, Problem>({
        path: `/api/register/stations/${encodeURIComponent(number)}`,
        method: "PUT",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags register
     * @name GetStation
     * @summary A station as callers hear it.
     * @request GET:/api/register/stations/{number}
     * @secure
     */
    getStation: ({ number }: GetStationParams, params: RequestParams = {}) =>
      this.http.request<StationNow, Problem>({
        path: `/api/register/stations/${encodeURIComponent(number)}`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags register
     * @name GetRegister
     * @summary The active snapshot, those before it, the edits between, who did what, when the next refresh is due.
     * @request GET:/api/register
     * @secure
     */
    getRegister: (params: RequestParams = {}) =>
      this.http.request<RegisterState, Problem>({
        path: `/api/register`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags register
     * @name GetRegisterReport
     * @summary What the checks found in a snapshot.
     * @request GET:/api/register/snapshots/{id}/report
     * @secure
     */
    getRegisterReport: (
      { id }: GetRegisterReportParams,
      params: RequestParams = {},
    ) =>
      this.http.request<RegisterReport, Problem>({
        path: `/api/register/snapshots/${encodeURIComponent(id)}/report`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags register
     * @name OverrideSnapshot
     * @summary Asks for the activation of a snapshot with reds, or, as another administrator, agrees to it.
     * @request POST:/api/register/snapshots/{id}/override
     * @secure
     */
    overrideSnapshot: (
      { id }: OverrideSnapshotParams,
      data: OverrideSnapshotPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<RegisterState, Problem>({
        path: `/api/register/snapshots/${encodeURIComponent(id)}/override`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags register
     * @name RefreshRegister
     * @summary Fetches the list now; the answer does not wait for the end.
     * @request POST:/api/register/refresh
     * @secure
     */
    refreshRegister: (params: RequestParams = {}) =>
      this.http.request<RegisterState, Problem>({
        path: `/api/register/refresh`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags register
     * @name RollBackRegister
     * @summary Goes back to the snapshot that was active before.
     * @request POST:/api/register/rollback
     * @secure
     */
    rollBackRegister: (
      data: RollBackRegisterPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<RegisterState, Problem>({
        path: `/api/register/rollback`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags register
     * @name WithdrawStationEdit
     * @summary Takes back the edits of a station: callers hear again what the source says.
     * @request POST:/api/register/stations/{number}/withdraw
     * @secure
     */
    withdrawStationEdit: (
      { number }: WithdrawStationEditParams,
      data: WithdrawStationEditPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<RegisterState, Problem>({
        path: `/api/register/stations/${encodeURIComponent(number)}/withdraw`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags prompts
     * @name HearPrompt
     * @summary How callers hear it, WAV.
     * @request GET:/api/prompts/{language}/{name}/audio
     * @secure
     */
    hearPrompt: (
      { name, language }: HearPromptParams,
      params: RequestParams = {},
    ) =>
      this.http.request<Blob, Problem>({
        path: `/api/prompts/${encodeURIComponent(language)}/${encodeURIComponent(name)}/audio`,
        method: "GET",
        secure: true,
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags prompts
     * @name RevertPrompt
     * @summary Takes the recording away: the voice speaks it again, from the next call on.
     * @request DELETE:/api/prompts/{language}/{name}/audio
     * @secure
     */
    revertPrompt: (
      { name, language }: RevertPromptParams,
      params: RequestParams = {},
    ) =>
      this.http.request<PromptClip, Problem>({
        path: `/api/prompts/${encodeURIComponent(language)}/${encodeURIComponent(name)}/audio`,
        method: "DELETE",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags prompts
     * @name UploadPrompt
     * @summary A studio recording; checked, its loudness normalised, heard from the next call on. 422 when it can not be used, its faults as `fields`.
     * @request PUT:/api/prompts/{language}/{name}/audio
     * @secure
     */
    uploadPrompt: (
      { name, language }: UploadPromptParams,
      data: UploadPromptPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<UploadedPrompt, Problem>({
        path: `/api/prompts/${encodeURIComponent(language)}/${encodeURIComponent(name)}/audio`,
        method: "PUT",
        body: data,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags prompts
     * @name ListPrompts
     * @summary Every prompt in both languages.
     * @request GET:/api/prompts
     * @secure
     */
    listPrompts: (params: RequestParams = {}) =>
      this.http.request<PromptClip[], Problem>({
        path: `/api/prompts`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags settings
     * @name GetCapacity
     * @summary Lines, cores and trunks for a share of the voters calling (Erlang B and C).
     * @request GET:/api/settings/capacity
     * @secure
     */
    getCapacity: (query: GetCapacityParams = {}, params: RequestParams = {}) =>
      this.http.request<Capacity, Problem>({
        path: `/api/settings/capacity`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags settings
     * @name GetSettings
     * @summary Everything that is set here.
     * @request GET:/api/settings
     * @secure
     */
    getSettings: (params: RequestParams = {}) =>
      this.http.request<Settings, Problem>({
        path: `/api/settings`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags settings
     * @name SetCalendar
     * @summary The election; prompts that speak of it are rendered before it counts, from the next call on.
     * @request PUT:/api/settings/calendar
     * @secure
     */
    setCalendar: (data: SetCalendarPayload, params: RequestParams = {}) =>
      this.http.request<Settings, Problem>({
        path: `/api/settings/calendar`,
        method: "PUT",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags settings
     * @name SetCallbackRules
     * @summary Due time, claims, attempts; due times of open requests are counted anew.
     * @request PUT:/api/settings/callbacks
     * @secure
     */
    setCallbackRules: (data: CallbackSettings, params: RequestParams = {}) =>
      this.http.request<Settings, Problem>({
        path: `/api/settings/callbacks`,
        method: "PUT",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags settings
     * @name SetHours
     * @summary When operators work.
     * @request PUT:/api/settings/hours
     * @secure
     */
    setHours: (data: SetHoursPayload, params: RequestParams = {}) =>
      this.http.request<Settings, Problem>({
        path: `/api/settings/hours`,
        method: "PUT",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags settings
     * @name SetRetention
     * @summary How long each kind of data is kept.
     * @request PUT:/api/settings/retention
     * @secure
     */
    setRetention: (data: RetentionSettings, params: RequestParams = {}) =>
      this.http.request<Settings, Problem>({
        path: `/api/settings/retention`,
        method: "PUT",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags people
     * @name AddPerson
     * @summary Adds a person; the answer holds a password for the first sign-in, shown once.
     * @request POST:/api/people
     * @secure
     */
    addPerson: (data: AddPersonPayload, params: RequestParams = {}) =>
      this.http.request<NewPerson, Problem>({
        path: `/api/people`,
        method: "POST",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator, auditor.
     *
     * @tags people
     * @name ListPeople
     * @summary Everybody who may sign in.
     * @request GET:/api/people
     * @secure
     */
    listPeople: (params: RequestParams = {}) =>
      this.http.request<Person[], Problem>({
        path: `/api/people`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags people
     * @name ChangePerson
     * @summary Changes name shown, roles, or whether one may sign in. The last administrator stays.
     * @request PUT:/api/people/{id}
     * @secure
     */
    changePerson: (
      { id }: ChangePersonParams,
      data: ChangePersonPayload,
      params: RequestParams = {},
    ) =>
      this.http.request<Person, Problem>({
        path: `/api/people/${encodeURIComponent(id)}`,
        method: "PUT",
        body: data,
        secure: true,
        type: "application/json",
        format: "json",
        ...params,
      }),

    /**
     * @description For auditor, administrator.
     *
     * @tags audit
     * @name CheckAudit
     * @summary Computes the hash chain anew. `brokenAt` is the first entry that is changed, missing or put in.
     * @request POST:/api/audit/check
     * @secure
     */
    checkAudit: (params: RequestParams = {}) =>
      this.http.request<AuditCheck, Problem>({
        path: `/api/audit/check`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For auditor, administrator.
     *
     * @tags audit
     * @name ListAudit
     * @summary The audit log, newest first.
     * @request GET:/api/audit
     * @secure
     */
    listAudit: (query: ListAuditParams = {}, params: RequestParams = {}) =>
      this.http.request<AuditPage, Problem>({
        path: `/api/audit`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For operator, supervisor, auditor.
     *
     * @tags people
     * @name ListColleagues
     * @summary Who can take callback requests over.
     * @request GET:/api/colleagues
     * @secure
     */
    listColleagues: (params: RequestParams = {}) =>
      this.http.request<Colleague[], Problem>({
        path: `/api/colleagues`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For administrator.
     *
     * @tags people
     * @name ResetPerson
     * @summary A new password for the next sign-in, shown once; unlocks, and switches the authenticator off.
     * @request POST:/api/people/{id}/reset
     * @secure
     */
    resetPerson: ({ id }: ResetPersonParams, params: RequestParams = {}) =>
      this.http.request<NewPassword, Problem>({
        path: `/api/people/${encodeURIComponent(id)}/reset`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor, administrator.
     *
     * @tags messages
     * @name ListBinds
     * @summary The ways to the operators, and how they are.
     * @request GET:/api/messages/binds
     * @secure
     */
    listBinds: (params: RequestParams = {}) =>
      this.http.request<BindState[], Problem>({
        path: `/api/messages/binds`,
        method: "GET",
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags messages
     * @name ListMessages
     * @summary Messages, newest first.
     * @request GET:/api/messages
     * @secure
     */
    listMessages: (
      query: ListMessagesParams = {},
      params: RequestParams = {},
    ) =>
      this.http.request<MessagePage, Problem>({
        path: `/api/messages`,
        method: "GET",
        query: query,
        secure: true,
        format: "json",
        ...params,
      }),

    /**
     * @description For supervisor, auditor.
     *
     * @tags messages
     * @name ShowMessageNumber
     * @summary The full number; noted in the audit log.
     * @request POST:/api/messages/{id}/number
     * @secure
     */
    showMessageNumber: (
      { id }: ShowMessageNumberParams,
      params: RequestParams = {},
    ) =>
      this.http.request<FullNumber, Problem>({
        path: `/api/messages/${encodeURIComponent(id)}/number`,
        method: "POST",
        secure: true,
        format: "json",
        ...params,
      }),
  };
}
