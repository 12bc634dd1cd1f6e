import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { UserError } from '../user-error.ts'

/**
 * Makes sure nobody listens there yet.
 * @param what who needs it for what, `Asterisk needs for ARI`
 * @param setting of config.yaml that moves it
 * @throws UserError when the port is taken or can't be used
 */
export async function mustBeFree(
  protocol: 'udp' | 'tcp',
  { host, port }: { readonly host: string; readonly port: number },
  what: string,
  setting: string,
): Promise<void> {
  try {
    await (protocol === 'udp' ? bindUdp(host, port) : bindTcp(host, port))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UserError(
      code === 'EADDRINUSE'
        ? `Port ${port} on ${host}, which ${what}, is taken by another program: stop that program (is Dobush already running?) or set ${setting} in config.yaml to a free port.`
        : `Port ${port} on ${host}, which ${what}, can't be used (${code}): set ${setting} and its host in config.yaml to a free port and an address of this machine.`,
    )
  }
}

async function bindUdp(host: string, port: number): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  try {
    socket.bind(port, host)
    await once(socket, 'listening')
  } finally {
    socket.close()
  }
}

async function bindTcp(host: string, port: number): Promise<void> {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}
