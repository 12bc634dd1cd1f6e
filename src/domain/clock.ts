/** The present moment. Handed in from outside, so that tests can put the line on any day of a campaign. */
export type Clock = () => Date
