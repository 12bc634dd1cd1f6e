/** Where long steps of the set-up say how far they are. */
export interface Progress {
  /** @param detail `38 of 146 MB`, `unpacking 12 of 72` */
  update(task: string, detail: string): void
  done(task: string, detail: string): void
  warn(text: string): void
}

/** On a terminal all running tasks share one line that is written over; elsewhere each task gets a line every five seconds. */
export function streamProgress(stream: NodeJS.WriteStream): Progress {
  const running = new Map<string, string>()
  const shownAt = new Map<string, number>()
  const clear = stream.isTTY ? '\r\x1b[K' : ''
  const redraw = () => {
    const line = [...running].map(([task, detail]) => `${task}: ${detail}`).join(' | ')
    stream.write(clear + line.slice(0, (stream.columns || 80) - 1))
  }
  return {
    update(task, detail) {
      running.set(task, detail)
      if (stream.isTTY) return redraw()
      if (Date.now() - (shownAt.get(task) ?? 0) < 5000) return
      shownAt.set(task, Date.now())
      stream.write(`${task}: ${detail}\n`)
    },
    done(task, detail) {
      running.delete(task)
      stream.write(`${clear}${task}: ${detail}\n`)
      if (stream.isTTY) redraw()
    },
    warn(text) {
      stream.write(`${clear}Warning: ${text}\n`)
    },
  }
}
