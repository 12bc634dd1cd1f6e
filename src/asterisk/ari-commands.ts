import { type Ari, AriError, type ChannelState } from './ari.ts'

/** One command of ARI, with both its names: where REST finds it, and what ARI's own description calls it. */
export interface Command {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below /ari/; {names} stand for parameters. The other parameters are the query. */
  readonly path: string
  /** Resource and nickname, as ari-client offers it. */
  readonly operation: readonly [resource: 'applications' | 'asterisk' | 'channels' | 'playbacks', nickname: string]
  readonly parameters: Readonly<Record<string, string | number>>
  /** The parameter that goes into the body as JSON. */
  readonly body?: { readonly name: string; readonly value: unknown }
}

/**
 * The port over whatever carries commands.
 * @param send rejects with AriError; resolves with what the answer holds, if anything
 * @param application whose channels count as in our hands
 */
export function ariCommands(send: (command: Command) => Promise<unknown>, application: string): Ari {
  const command = (
    operation: Command['operation'],
    method: Command['method'],
    path: string,
    parameters: Command['parameters'] = {},
  ) => send({ method, path, operation, parameters })
  return {
    async hangup(channelId) {
      await command(['channels', 'hangup'], 'DELETE', 'channels/{channelId}', { channelId, reason_code: '16' })
    },
    async play(channelId, playbackId, media) {
      await command(['channels', 'playWithId'], 'POST', 'channels/{channelId}/play/{playbackId}', {
        channelId,
        playbackId,
        media: media.join(','),
      })
    },
    async stopPlayback(playbackId) {
      await command(['playbacks', 'stop'], 'DELETE', 'playbacks/{playbackId}', { playbackId })
    },
    playbackState: (playbackId) =>
      command(['playbacks', 'get'], 'GET', 'playbacks/{playbackId}', { playbackId }).then(
        (playback) => (playback as { state: string }).state,
        (error: unknown) => (error instanceof AriError && error.status === 404 ? 'gone' : undefined),
      ),
    async record(channelId, { name, maxSeconds, maxSilenceSeconds }) {
      await command(['channels', 'record'], 'POST', 'channels/{channelId}/record', {
        channelId,
        name,
        format: 'wav',
        maxDurationSeconds: maxSeconds,
        maxSilenceSeconds,
        terminateOn: '#',
        ifExists: 'fail',
      })
    },
    async continueAt(channelId, context, extension) {
      await command(['channels', 'continueInDialplan'], 'POST', 'channels/{channelId}/continue', {
        channelId,
        context,
        extension,
        priority: 1,
      })
    },
    async channels() {
      const listed = (await command(['channels', 'list'], 'GET', 'channels')) as ListedChannel[]
      return listed.map(({ id, caller, creationtime, dialplan }): ChannelState => {
        const [app, ...args] = dialplan.app_data.split(',')
        const isOurs = dialplan.app_name === 'Stasis' && app === application
        const { exten: extension, context } = dialplan
        const createdAt = Date.parse(creationtime)
        return { id, caller: caller.number, createdAt, stasisArgs: isOurs ? args : undefined, extension, context }
      })
    },
    async global(variable) {
      const read = await command(['asterisk', 'getGlobalVar'], 'GET', 'asterisk/variable', { variable })
      return (read as { value: string }).value
    },
    async setGlobal(variable, value) {
      const parameters = { variable, ...(value !== undefined && { value }) }
      await command(['asterisk', 'setGlobalVar'], 'POST', 'asterisk/variable', parameters)
    },
  }
}

interface ListedChannel {
  readonly id: string
  readonly caller: { readonly number: string }
  readonly creationtime: string
  readonly dialplan: {
    readonly app_name: string
    readonly app_data: string
    readonly context: string
    readonly exten: string
  }
}

/** Has Asterisk send the application events of these types only. */
export function filterEvents(application: string, types: readonly string[]): Command {
  return {
    method: 'PUT',
    path: 'applications/{applicationName}/eventFilter',
    operation: ['applications', 'filter'],
    parameters: { applicationName: application },
    body: { name: 'filter', value: { allowed: types.map((type) => ({ type })) } },
  }
}
