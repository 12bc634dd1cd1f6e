/** The part of npm asterisk-manager 0.2.0 that we use; the package brings no types. */
declare module 'asterisk-manager' {
  export interface Manager {
    on(event: 'connect' | 'close' | 'error', listener: (fault?: unknown) => void): void
    action(action: Record<string, string>, answered: (error: unknown, reply: Record<string, string>) => void): void
    disconnect(done?: () => void): void
  }

  export default function connect(port: number, host: string, user: string, secret: string, events: boolean): Manager
}
