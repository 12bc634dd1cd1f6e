import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeManifest } from '../../../src/register/edition/make-manifest.ts'
import { type Manifest, parseManifest, signedText } from '../../../src/register/edition/manifest.ts'
import {
  generateKey,
  type PublicKey,
  readPublicKeys,
  signManifest,
  verifyManifest,
} from '../../../src/register/edition/signing-keys.ts'
import { UserError } from '../../../src/user-error.ts'
import { removeScratch, scratch, stationsText, votersText } from '../scratch.ts'

afterEach(removeScratch)

const now = new Date('2026-11-22T03:00:00Z')
const { privatePem, publicKey } = generateKey({ name: 'ЦИК', expires: '2026-12-31' })
const manifest: Manifest = {
  id: '2026-11-22',
  election: 'Жогорку Кеңеш "2026"',
  asOf: '2026-11-22T00:00:00+06:00',
  voters: { name: 'voters.csv.gz', rows: 4_300_000, sha256: 'a'.repeat(64) },
  stations: { name: 'stations.csv', rows: 2500, sha256: 'b'.repeat(64) },
}
const signed = signManifest(manifest, privatePem)

/** Every way to change one leaf, as [path, manifest]. */
function changes(value: object, path: string[] = []): [string, (of: Manifest) => unknown][] {
  return Object.entries(value).flatMap(([key, member]): [string, (of: Manifest) => unknown][] => {
    const here = [...path, key]
    return typeof member === 'object' ? changes(member, here) : [[here.join('.'), (of) => changed(of, here)]]
  })
}

function changed(value: object, [key = '', ...rest]: string[]): unknown {
  const member = (value as Record<string, unknown>)[key]
  return { ...value, [key]: rest.length > 0 ? changed(member as object, rest) : other(key, member) }
}

/** Another value that a manifest may hold just as well. */
function other(key: string, member: unknown): unknown {
  if (typeof member === 'number') return member + 1
  const text = String(member)
  if (key === 'name') return text.endsWith('.csv') ? `${text}.zst` : text.replace('.gz', '')
  if (key === 'asOf') return text.replace('+06:00', '+07:00')
  return `${text.startsWith('0') ? '1' : '0'}${text.slice(1)}`
}

describe('a signature', () => {
  it('is of the one who signed, through the last day of the key', () => {
    expect(verifyManifest(signed, [publicKey], now)).toBe('ЦИК')
    expect(verifyManifest(signed, [publicKey], new Date('2026-12-31T23:59:59Z'))).toBe('ЦИК')
    const sent = parseManifest(JSON.stringify(signed, null, 2), 'manifest.json')
    expect(verifyManifest(sent, [publicKey], now)).toBe('ЦИК')
  })

  it('does not depend on the order or the spaces of the JSON', () => {
    const reversed = Object.fromEntries(Object.entries(signed).reverse())
    expect(verifyManifest(parseManifest(JSON.stringify(reversed, null, 7), 'm'), [publicKey], now)).toBe('ЦИК')
  })

  it('covers the manifest in RFC 8785 form', () => {
    expect(signedText(signed)).toBe(
      `{"asOf":"2026-11-22T00:00:00+06:00","election":"Жогорку Кеңеш \\"2026\\"","id":"2026-11-22","stations":{"name":"stations.csv","rows":2500,"sha256":"${'b'.repeat(64)}"},"voters":{"name":"voters.csv.gz","rows":4300000,"sha256":"${'a'.repeat(64)}"}}`,
    )
  })

  it('that is not there is asked for', () => {
    expect(() => verifyManifest(manifest, [publicKey], now)).toThrow(
      'The manifest of edition "2026-11-22" is not signed.',
    )
  })

  it('of an unknown key says which', () => {
    const stranger = generateKey({ name: 'stranger', expires: '2030-01-01' })
    const theirs = signManifest(manifest, stranger.privatePem)
    expect(() => verifyManifest(theirs, [publicKey], now)).toThrow(
      `signed with the key ${stranger.publicKey.id}, which is not among register.keys: ${publicKey.id} (ЦИК)`,
    )
    expect(() => verifyManifest(theirs, [], now)).toThrow('not among register.keys: none')
  })

  it('of an expired key says since when', () => {
    expect(() => verifyManifest(signed, [publicKey], new Date('2027-01-01T00:00:00Z'))).toThrow(
      `The key ${publicKey.id} (ЦИК) that signed edition "2026-11-22" expired after 2026-12-31.`,
    )
  })

  it('of one key under the id of another is wrong', () => {
    const stranger = generateKey({ name: 'stranger', expires: '2030-01-01' })
    const { signature } = signManifest(manifest, stranger.privatePem)
    const forged: Manifest = { ...manifest, signature: { key: publicKey.id, value: signature?.value ?? '' } }
    expect(() => verifyManifest(forged, [publicKey], now)).toThrow('was changed after ЦИК signed it')
  })

  it.each(changes(signed))('does not survive a change of %s', (_, change) => {
    const tampered = parseManifest(JSON.stringify(change(signed)), 'manifest.json')
    expect(tampered).not.toEqual(signed)
    expect(() => verifyManifest(tampered, [publicKey], now)).toThrow(UserError)
    expect(() => verifyManifest(tampered, [publicKey], now)).toThrow(/was changed after|is not among/)
  })

  it('is made by a private Ed25519 key only', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' })
    const openly = createPublicKey(privatePem).export({ type: 'spki', format: 'pem' })
    for (const pem of [String(ec), String(openly), 'nothing', '']) {
      expect(() => signManifest(manifest, pem)).toThrow('not a private Ed25519 key')
    }
  })

  it('takes the place of an older one', () => {
    const next = generateKey({ name: 'next', expires: '2027-12-31' })
    expect(verifyManifest(signManifest(signed, next.privatePem), [publicKey, next.publicKey], now)).toBe('next')
  })
})

describe('a public key', () => {
  function put(content: unknown): string {
    const file = join(scratch(), 'key.pub.json')
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }

  it('is read from its file', async () => {
    expect(await readPublicKeys([put(publicKey)])).toEqual([publicKey])
    expect(publicKey.id).toBe(
      createHash('sha256').update(Buffer.from(publicKey.publicKey, 'base64')).digest('hex').slice(0, 16),
    )
  })

  const { publicKey: another } = generateKey({ name: 'another', expires: '2030-01-01' })
  it.each<[string, unknown, string]>([
    ['a private key', privatePem, 'holds a private key'],
    ['half a file', JSON.stringify(publicKey).slice(0, 40), 'is not JSON'],
    ['another id', { ...publicKey, id: another.id }, 'its id is not that of the key'],
    ['another key', { ...publicKey, publicKey: another.publicKey }, 'its id is not that of the key'],
    ['a short key', { ...publicKey, publicKey: 'AAAA' }, 'publicKey: must be 32 bytes'],
    ['no day', { ...publicKey, expires: 'never' }, 'expires: '],
    ['a day that is none', { ...publicKey, expires: '2026-02-30' }, 'expires: '],
    ['a field too many', { ...publicKey, admin: true }, 'admin'],
    ['a name with line feeds', { ...publicKey, name: 'a\nb' } satisfies PublicKey, 'name: '],
  ])('of %s is refused', async (_, content, sentence) => {
    const file = put(content)
    await expect(readPublicKeys([file])).rejects.toThrow(UserError)
    await expect(readPublicKeys([file])).rejects.toThrow(file)
    await expect(readPublicKeys([file])).rejects.toThrow(sentence)
  })

  it('that is not there is refused', async () => {
    await expect(readPublicKeys([join(scratch(), 'none.json')])).rejects.toThrow('none.json can')
  })

  it('is not made for a day that is none', () => {
    expect(() => generateKey({ name: 'ЦИК', expires: '2026-13-01' })).toThrow(UserError)
  })
})

describe('a manifest', () => {
  const withVoters = (name: string) => ({ ...manifest, voters: { ...manifest.voters, name } })
  it.each([
    '../voters.csv',
    '/etc/passwd',
    '/tmp/voters.csv',
    'a/voters.csv',
    './voters.csv',
    'voters.csv\0',
    'voters.csv\0.gz',
    '..\\voters.csv',
    'C:\\voters.csv',
    'voters.csv\n',
    ' voters.csv',
    'VOTERS.CSV',
    'voters.csv.xz',
    'stations.csv',
    'manifest.json',
    'http://127.0.0.1/voters.csv',
    '..%2fvoters.csv',
    '',
    '..',
  ])('with the file name %j is refused', (name) => {
    expect(() => parseManifest(JSON.stringify(withVoters(name)), '/drop/manifest.json')).toThrow(
      /^\/drop\/manifest.json is not a manifest\. voters\.name: /,
    )
  })

  it.each<[string, object]>([
    ['id', { ...manifest, id: '../x' }],
    ['id', { ...manifest, id: '' }],
    ['election', { ...manifest, election: 'a\u001b[2J' }],
    ['election', { ...manifest, election: '\ud800' }],
    ['asOf', { ...manifest, asOf: '2026-11-22T00:00:00' }],
    ['asOf', { ...manifest, asOf: '2026-02-30T00:00:00Z' }],
    ['asOf', { ...manifest, asOf: 'yesterday' }],
    ['voters.rows', { ...manifest, voters: { ...manifest.voters, rows: 0 } }],
    ['voters.rows', { ...manifest, voters: { ...manifest.voters, rows: 1.5 } }],
    ['voters.rows', { ...manifest, voters: { ...manifest.voters, rows: '5' } }],
    ['voters.sha256', { ...manifest, voters: { ...manifest.voters, sha256: 'A'.repeat(64) } }],
    ['stations.name', { ...manifest, stations: manifest.voters }],
    ['stations', { ...manifest, stations: undefined }],
    ['signature.value', { ...manifest, signature: { key: publicKey.id, value: 'AAAA' } }],
    ['signature.key', { ...manifest, signature: { key: '../x', value: signed.signature?.value } }],
    ['the file', { ...manifest, extra: 1 }],
    ['the file', []],
  ])('with a wrong %s is refused', (field, content) => {
    const parse = () => parseManifest(JSON.stringify(content), '/drop/manifest.json')
    expect(parse).toThrow(UserError)
    expect(parse).toThrow(`/drop/manifest.json is not a manifest. ${field}: `)
  })

  it('that smuggles in a prototype is refused', () => {
    const text = JSON.stringify(manifest).replace('{', '{"__proto__":{"signature":1},')
    expect(() => parseManifest(text, 'manifest.json')).toThrow(UserError)
  })

  it('that is cut off is refused, wherever', () => {
    const text = JSON.stringify(signed)
    for (let length = 0; length < text.length; length += 1) {
      expect(() => parseManifest(text.slice(0, length), '/drop/manifest.json')).toThrow(
        '/drop/manifest.json is not JSON',
      )
    }
  })

  it('may begin with a byte order mark', () => {
    expect(parseManifest(`\ufeff${JSON.stringify(signed)}`, 'm')).toEqual(signed)
  })
})

describe('a manifest of a folder', () => {
  const about = { id: 'e1', election: 'sample', asOf: '2026-11-22T00:00:00Z' }

  it('has the hashes of the files as they are, and their rows', async () => {
    const folder = scratch()
    const voters = gzipSync(votersText)
    const stations = stationsText.replace('улица Киевская, 2', 'улица\nКиевская,\n2')
    writeFileSync(join(folder, 'voters.csv.gz'), voters)
    writeFileSync(join(folder, 'stations.csv'), stations)
    const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')
    expect(await makeManifest({ folder, ...about })).toEqual({
      ...about,
      voters: { name: 'voters.csv.gz', rows: 3, sha256: sha256(voters) },
      stations: { name: 'stations.csv', rows: 2, sha256: sha256(stations) },
    })
  })

  it.each<[string, (folder: string) => void, string]>([
    ['no voters', () => {}, 'holds no voters.csv'],
    ['two voters', (folder) => writeFileSync(join(folder, 'voters.csv'), votersText), 'holds both'],
    ['a folder', (folder) => mkdirSync(join(folder, 'voters.csv')), 'is a folder'],
    ['a link', (folder) => symlinkSync('/etc/passwd', join(folder, 'voters.csv')), 'is a symbolic link'],
    ['something else', (folder) => writeFileSync(join(folder, 'voters.csv'), 'a,b\n1,2\n'), 'no column'],
  ])('with %s is not made', async (what, spoil, sentence) => {
    const folder = scratch()
    writeFileSync(join(folder, 'stations.csv'), stationsText)
    if (what === 'two voters') writeFileSync(join(folder, 'voters.csv.gz'), gzipSync(votersText))
    spoil(folder)
    await expect(makeManifest({ folder, ...about })).rejects.toThrow(sentence)
  })

  it('is not made of a folder that is not there', async () => {
    await expect(makeManifest({ folder: join(scratch(), 'none'), ...about })).rejects.toThrow('ENOENT')
  })

  it('is not made of an id that is none', async () => {
    const folder = scratch()
    writeFileSync(join(folder, 'voters.csv'), votersText)
    writeFileSync(join(folder, 'stations.csv'), stationsText)
    await expect(makeManifest({ folder, ...about, id: 'a b' })).rejects.toThrow('manifest.json is not a manifest. id: ')
  })
})
