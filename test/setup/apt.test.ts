import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chooseMirror, explainApt, PackageMissingError, parseUris, privateApt } from '../../src/setup/apt.ts'

test('the mirror is the one this release comes from', () => {
  const sources =
    'bookworm-security http://a.example/debian-security/\nbookworm http://b.example/debian/\nnodistro http://c.example/node\n'
  expect(chooseMirror(sources, 'bookworm')).toBe('http://b.example/debian')
  expect(chooseMirror('stable http://b.example/debian', 'bookworm')).toBe('http://b.example/debian')
  expect(chooseMirror('noble http://d.example/ubuntu/', 'noble')).toBeUndefined()
})

test('what apt would fetch', () => {
  const output = "Reading package lists...\n'http://b.example/a_1%3a2_amd64.deb' a_1%3a2_amd64.deb 1234 SHA256:00\n"
  expect(parseUris(output)).toEqual([{ name: 'a_1%3a2_amd64.deb', bytes: 1234 }])
})

test.each([
  ["E: You don't have enough free space in /x.", /disk is full/],
  [
    'W: GPG error: x forky InRelease: NO_PUBKEY 6ED0E7B82643E131\nE: The repository is not signed.',
    /can't be verified/,
  ],
  ["Err:1 x\n  Could not resolve 'mirror.example'\nE: Failed to fetch x", /can't be reached/],
  ["E: The repository 'x forky Release' does not have a Release file.", /is not there/],
  ['E: Something new', /Something new/],
])('%j becomes a sentence', (output, sentence) => {
  const { message } = explainApt(output, 'mirror.example forky')
  expect(message).toMatch(sentence)
  expect(message).toMatch(/start again/)
  expect(message).not.toContain('\n')
})

test('a package that is not there can be told from other faults', () => {
  const fault = explainApt('E: Unable to locate package rhvoice', 'mirror.example bookworm')
  expect(fault).toBeInstanceOf(PackageMissingError)
  expect(fault.message).toContain('rhvoice')
})

test('a mirror that is not there is one sentence from the real apt', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dobush-apt-'))
  const apt = await privateApt(folder, 'http://127.0.0.1:9/debian', 'bookworm', 'main')
  await expect(apt.update()).rejects.toThrow(/127\.0\.0\.1:9\/debian bookworm can't be reached/)
  await rm(folder, { recursive: true })
}, 60_000)
