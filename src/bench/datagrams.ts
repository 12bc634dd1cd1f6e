// A UDP socket that takes all that has come in one system call and sends all that goes in another, which Node's dgram
// can't: with it a packet cost the load generator 15 µs, and 100 calls at once are 10,000 packets a second. It is Linux's
// own sendmmsg(2) and recvmmsg(2), whose structures are laid out below as on every 64-bit Linux.
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const openSocket = libc.func('int socket(int domain, int type, int protocol)')
const bind = libc.func('int bind(int fd, void *address, uint32_t length)')
const nameOf = libc.func('int getsockname(int fd, void *address, void *length)')
const setOption = libc.func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)')
const sendMany = libc.func('int sendmmsg(int fd, void *messages, uint32_t count, int flags)')
const receiveMany = libc.func('int recvmmsg(int fd, void *messages, uint32_t count, int flags, void *timeout)')
const closeSocket = libc.func('int close(int fd)')
/** Returns where it copied to: the address of a Buffer, which Node doesn't tell. */
const copyBytes = libc.func('uintptr_t memmove(void *to, void *from, size_t count)')

const inet = 2
const datagram = 2
const nonBlocking = 0o4000
const socketLevel = 1
const timestampNs = 35
const dontWait = 0x40

const loopback = 0x7f000001
/** Of one system call. */
const most = 64
const headerBytes = 64
const at = { nameLength: 8, iov: 16, control: 32, controlLength: 40, received: 56 }
/** Name, iovec, control data and packet of one message. */
const slot = { name: 0, iov: 16, iovLength: 24, control: 32, data: 96, bytes: 352 }
const nameBytes = 16
const controlBytes = slot.data - slot.control
const dataBytes = slot.bytes - slot.data
/** Within the control data, behind its header. */
const stamp = { seconds: 16, nanoseconds: 24 }

/** Takes a packet: the port it came from and when the kernel got it, as performance.now() has it. Valid until it returns. */
export type OnDatagram = (fromPort: number, packet: Buffer, at: number) => void

export interface Datagrams {
  readonly port: number
  /** Copies a packet of at most 256 bytes to where `flush` sends it from. */
  queue(packet: Uint8Array, toPort: number): void
  /** Packets the kernel has no room for are lost, as on any network. */
  flush(): void
  /** All that has come since it was asked last. */
  receive(take: OnDatagram): void
  close(): void
}

interface Messages {
  readonly headers: Buffer
  readonly slots: Buffer
}

/** @throws Error when there is no socket to be had */
export function openDatagrams(): Datagrams {
  const fd: number = must(openSocket(inet, datagram | nonBlocking, 0), 'socket')
  const name = Buffer.alloc(nameBytes)
  writeName(name, 0, 0)
  must(bind(fd, name, nameBytes), 'bind')
  const nameLength = Buffer.alloc(4)
  nameLength.writeUInt32LE(nameBytes)
  must(nameOf(fd, name, nameLength), 'getsockname')
  const yes = Buffer.alloc(4)
  yes.writeUInt32LE(1)
  must(setOption(fd, socketLevel, timestampNs, yes, 4), 'setsockopt')
  const going = makeMessages(0)
  const coming = makeMessages(controlBytes)
  let queued = 0

  const flush = () => {
    for (let sent = 0; sent < queued; ) {
      const count: number = sendMany(fd, going.headers.subarray(sent * headerBytes), queued - sent, dontWait)
      // The first of the rest was refused.
      sent += Math.max(1, count)
    }
    queued = 0
  }
  return {
    port: name.readUInt16BE(2),
    queue(packet, toPort) {
      if (queued === most) flush()
      const from = queued * slot.bytes
      writeName(going.slots, from + slot.name, toPort)
      going.slots.set(packet.subarray(0, dataBytes), from + slot.data)
      going.slots.writeUInt32LE(packet.length, from + slot.iovLength)
      queued += 1
    },
    flush,
    receive(take) {
      for (let count = most; count === most; ) {
        count = receiveMany(fd, coming.headers, most, dontWait, null)
        for (let index = 0; index < count; index += 1) {
          const from = index * slot.bytes
          // The kernel wrote here how much it used.
          setRoom(coming.headers, index * headerBytes, controlBytes)
          const length = coming.headers.readUInt32LE(index * headerBytes + at.received)
          const seconds = coming.slots.readUInt32LE(from + slot.control + stamp.seconds)
          const nanoseconds = coming.slots.readUInt32LE(from + slot.control + stamp.nanoseconds)
          take(
            coming.slots.readUInt16BE(from + slot.name + 2),
            coming.slots.subarray(from + slot.data, from + slot.data + length),
            seconds * 1000 - performance.timeOrigin + nanoseconds / 1e6,
          )
        }
      }
    },
    close: () => closeSocket(fd),
  }
}

/** @param room for control data, in bytes */
function makeMessages(room: number): Messages {
  const headers = Buffer.alloc(most * headerBytes)
  const slots = Buffer.alloc(most * slot.bytes)
  const base = BigInt(copyBytes(slots, slots, 0))
  for (let index = 0; index < most; index += 1) {
    const header = index * headerBytes
    const own = index * slot.bytes
    const address = base + BigInt(own)
    headers.writeBigUInt64LE(address + BigInt(slot.name), header)
    setRoom(headers, header, room)
    headers.writeBigUInt64LE(address + BigInt(slot.iov), header + at.iov)
    headers.writeBigUInt64LE(1n, header + at.iov + 8)
    headers.writeBigUInt64LE(address + BigInt(slot.control), header + at.control)
    slots.writeBigUInt64LE(address + BigInt(slot.data), own + slot.iov)
    slots.writeBigUInt64LE(BigInt(dataBytes), own + slot.iovLength)
  }
  return { headers, slots }
}

function setRoom(headers: Buffer, header: number, control: number): void {
  headers.writeUInt32LE(nameBytes, header + at.nameLength)
  headers.writeUInt32LE(control, header + at.controlLength)
}

/** A sockaddr_in on this machine. */
function writeName(bytes: Buffer, offset: number, port: number): void {
  bytes.writeUInt16LE(inet, offset)
  bytes.writeUInt16BE(port, offset + 2)
  bytes.writeUInt32BE(loopback, offset + 4)
}

function must(result: number, what: string): number {
  if (result < 0) throw new Error(`${what} failed with errno ${koffi.errno()}: too many open files, or no free port`)
  return result
}
