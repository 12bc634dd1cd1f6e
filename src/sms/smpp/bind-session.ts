import type { SmppBind } from '../../sms-config.ts'
import { type Link, LinkError, type LinkOptions, openLink } from './link.ts'
import { statusName } from './statuses.ts'

/** A bound connection, or a pair of them that live and die together. */
export interface Session {
  readonly request: Link['request']
  /** Resolves with the reason when it is over. */
  readonly ended: Promise<string>
  close(): Promise<void>
  destroy(why: string): void
}

/** The SMSC is there and does not let us in. */
export class BindError extends Error {
  override readonly name = 'BindError'
}

const interfaceVersion = 0x34

/** @throws LinkError, BindError */
export async function openSession(bind: SmppBind, password: string, options: LinkOptions): Promise<Session> {
  if (bind.mode === 'transceiver') return boundLink('bind_transceiver', bind, password, options)
  const receiver = await boundLink('bind_receiver', bind, password, options)
  let transmitter: Link
  try {
    transmitter = await boundLink('bind_transmitter', bind, password, options)
  } catch (error) {
    await receiver.close()
    throw error
  }
  const ended = Promise.race([receiver.ended, transmitter.ended])
  const destroy = (why: string) => {
    receiver.destroy(why)
    transmitter.destroy(why)
  }
  void ended.then(destroy)
  return {
    request: transmitter.request,
    ended,
    destroy,
    async close() {
      await Promise.all([receiver.close(), transmitter.close()])
    },
  }
}

async function boundLink(
  command: 'bind_transceiver' | 'bind_receiver' | 'bind_transmitter',
  bind: SmppBind,
  password: string,
  options: LinkOptions,
): Promise<Link> {
  const link = await openLink(options)
  try {
    const { status } = await link.request(command, {
      system_id: bind.systemId,
      password,
      system_type: bind.systemType,
      interface_version: interfaceVersion,
    })
    if (status !== 0) throw new BindError(`The SMSC refused to bind ${bind.name} (${statusName(status)}).`)
    return link
  } catch (error) {
    link.destroy('not bound')
    throw error instanceof BindError || error instanceof LinkError
      ? error
      : new BindError(`${bind.name} can't be bound: ${(error as Error).message}.`)
  }
}
