/** Somebody at the console, as far as callback requests are concerned. */
export interface CallbackPerson {
  /** Id of the person. */
  readonly id: string
  /** Sees every request; who doesn't, sees what is free, one's own, and what one has closed. */
  readonly seesAll: boolean
  /** May do something to requests. */
  readonly works: boolean
  /** May give back, hand over and annotate what others work on, and open again what is closed. */
  readonly leads: boolean
}

/**
 * Why something can't be done to a request. `unknown`: there is none. `not-shown`: it is somebody else's, and whoever
 * asks sees only what is free and their own. `taken`: somebody else works on it. `not-claimed`: whoever asks does not
 * work on it. `closed` and `not-closed`: it is, or is not. `open-elsewhere`: the same citizen has an open request for
 * the same reason. `no-colleague`: nobody of that id takes requests.
 */
export type CallbackRefusal =
  | 'unknown'
  | 'not-shown'
  | 'taken'
  | 'not-claimed'
  | 'closed'
  | 'not-closed'
  | 'open-elsewhere'
  | 'no-colleague'
