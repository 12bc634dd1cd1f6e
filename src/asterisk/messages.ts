import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { measureLevel } from '../audio/level.ts'
import { parseWav, type Sound, WavError, writeWav } from '../audio/wav.ts'
import type { Recording } from '../domain/callback-request.ts'

/** 8 kHz, 16 bit, little-endian, behind a header of 44 bytes: what Asterisk writes as `wav`. */
const headerBytes = 44
/** Chunks behind the sound, a tenth of a second at most. */
const toleratedSamples = 800

/** Name of a call's n-th message in the switch's spool. */
export function messageName(callId: string, count: number): string {
  return `${callId}-message-${count}`
}

/**
 * How long a recorded message is and how long somebody speaks in it, from the audio itself: the switch tells only
 * whole seconds, and counts a second of silence as speech. In doubt noise is speech: better kept than lost.
 */
export function measureMessage(file: string): { durationMs: number; talkingMs: number } {
  const sound = readMessage(file)
  const durationMs = (sound.samples.length / sound.sampleRate) * 1000
  return { durationMs: Math.round(durationMs), talkingMs: Math.round(durationMs * measureLevel(sound).activity) }
}

/** A switch that was killed leaves a header that speaks of no sound; it is written anew. */
function readMessage(file: string): Sound {
  const bytes = readFileSync(file)
  const written = Math.max(0, Math.floor((bytes.length - headerBytes) / 2))
  const whole = parseOrNothing(bytes, file)
  if (whole && whole.samples.length >= written - toleratedSamples) return whole
  const samples = new Int16Array(written)
  for (let i = 0; i < written; i++) samples[i] = bytes.readInt16LE(headerBytes + 2 * i)
  const mended = { sampleRate: 8000, samples }
  writeWav(file, mended)
  return mended
}

function parseOrNothing(bytes: Buffer, name: string): Sound | undefined {
  try {
    return parseWav(bytes, name)
  } catch (error) {
    if (error instanceof WavError) return undefined
    throw error
  }
}

/** The last message a call left in the spool in which somebody speaks, if any. */
export function strandedMessage(spool: string, callId: string, shortestTalkMs: number): Recording | undefined {
  return messagesOf(spool, callId)
    .map((file): Recording => ({ file, ...measureMessage(file), ended: 'hangup' }))
    .filter(({ talkingMs }) => talkingMs >= shortestTalkMs)
    .at(-1)
}

/** Ids of the calls that have messages in the spool. */
export function spooledCalls(spool: string): string[] {
  const ids = readdirSync(spool).map((name) => /^(.+)-message-\d+\.wav$/.exec(name)?.[1])
  return [...new Set(ids.filter((id) => id !== undefined))]
}

/** Deletes what a call left in the spool: attempts the caller recorded anew, or that held no voice. */
export function removeMessages(spool: string, callId: string): void {
  for (const file of messagesOf(spool, callId)) rmSync(file, { force: true })
}

/** In the order they were recorded; absolute paths. */
function messagesOf(spool: string, callId: string): string[] {
  const prefix = messageName(callId, 0).slice(0, -1)
  return readdirSync(spool)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.wav'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(spool, name))
}
