/** npm smpp's PDU, as far as the tests ask it for its opinion of our bytes. */
declare module 'smpp' {
  interface Pdu {
    readonly command: string
    readonly short_message: { readonly udh?: readonly Buffer[]; readonly message: string }
    toBuffer(): Buffer
  }
  const smpp: {
    readonly PDU: new (from: string | Buffer, fields?: Readonly<Record<string, unknown>>) => Pdu
  }
  export default smpp
}
