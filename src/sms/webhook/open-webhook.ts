import express from 'express'
import { z } from 'zod'
import type { Log } from '../../log.ts'
import type { WebhookBind } from '../../sms-config.ts'
import { type HttpEnds, makeHttpGateway } from '../http-gateway.ts'
import { bodyLimit, takeInbound, UnusableRequest } from '../http-inbound.ts'
import { type Receiver, SmsError } from '../port.ts'

const incomingSchema = z.object({
  /** The other side's id; the same when it brings the text again. */
  id: z.string().min(1).max(200).optional(),
  from: z.string().min(1).max(40),
  text: z.string().max(40_000),
  part: z
    .object({ reference: z.string().min(1).max(40), number: z.int().min(1).max(255), of: z.int().min(2).max(255) })
    .refine(({ number, of }) => number <= of)
    .optional(),
})

const receiptSchema = z.object({
  /** The one it answered with, or else the `id` we gave. */
  messageId: z.string().min(1).max(200),
  reference: z.int().min(1).max(65535).optional(),
  state: z.enum(['delivered', 'undeliverable', 'expired', 'rejected', 'unknown']),
  error: z.string().max(40).optional(),
})

const answerSchema = z.object({ messageId: z.string().min(1).max(200) })

/**
 * A gateway over plain JSON, for an operator who has an adapter of their own; both sides show one secret, as
 * `authorization: Bearer …`.
 *
 * We post `{id, from, to, text, reference}`. The other side answers 2xx, with `{messageId}` if it has one of its own, and
 * must take a text once however often the same `id` comes. It posts `{id?, from, text, part?}` to `/NAME/text` and
 * `{messageId, state, reference?, error?}` to `/NAME/receipt`, and again until it gets 204.
 */
export function openWebhook(
  bind: WebhookBind,
  {
    secret,
    receiver,
    now,
    log,
  }: { readonly secret: string; readonly receiver: Receiver; readonly now: () => Date; readonly log: Log },
): HttpEnds {
  const { name } = bind
  const authorization = `Bearer ${secret}`
  const url = new URL(bind.url)
  const gateway = makeHttpGateway(
    bind,
    {
      kind: 'webhook',
      onceById: true,
      url,
      request: ({ id, to, text, reference }) => ({
        headers: { authorization, 'content-type': 'application/json', 'idempotency-key': id },
        body: JSON.stringify({ id, from: bind.from, to, text, reference }),
      }),
      accepted({ status, body, retryAfterMs }, { id }) {
        if (status >= 200 && status < 300) return { messageIds: [idIn(body) ?? id] }
        throw new SmsError(`The other side of ${name} does not take the text (HTTP ${status}).`, {
          // 401 and 403: the secret is wrong, and is put right sooner or later.
          retryable: status >= 500 || [401, 403, 408, 425, 429].includes(status),
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        })
      },
    },
    { receiver, now },
  )

  const router = express.Router()
  router.use(express.json({ type: () => true, limit: bodyLimit }))
  router.post(
    '/text',
    takeInbound({ name, secret: authorization, log, done: 204 }, async ({ body }) => {
      const { id, part, from, text } = parsed(incomingSchema, body)
      await receiver.receive({
        bind: name,
        from,
        text,
        ...(id === undefined ? {} : { messageId: id }),
        ...(part === undefined ? {} : { part }),
      })
      gateway.heard()
    }),
  )
  router.post(
    '/receipt',
    takeInbound({ name, secret: authorization, log, done: 204 }, async ({ body }) => {
      const { messageId, reference, state, error } = parsed(receiptSchema, body)
      await receiver.receipt({
        bind: name,
        messageId,
        state,
        ...(reference === undefined ? {} : { reference }),
        ...(error === undefined ? {} : { error }),
      })
      gateway.heard()
    }),
  )
  return { gateway, router }
}

/** @throws UnusableRequest naming the fields, without what is in them */
function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const fields = result.error.issues.map(({ path }) => path.join('.') || 'the body')
  throw new UnusableRequest(`These can't be used: ${[...new Set(fields)].join(', ')}.`)
}

function idIn(body: string): string | undefined {
  try {
    return answerSchema.parse(JSON.parse(body)).messageId
  } catch {
    return undefined
  }
}
