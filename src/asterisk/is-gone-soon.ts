/** An event may come this much later than an answer that knows of it. */
const eventLagMs = 500

/**
 * Whether the caller turns out to be gone: what fails because of that overtakes the event that explains it.
 * @param gone aborted when the caller hangs up
 */
export function isGoneSoon(gone: AbortSignal): Promise<boolean> {
  if (gone.aborted) return Promise.resolve(true)
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(false), eventLagMs)
    const onGone = () => settle(true)
    const settle = (isGone: boolean) => {
      clearTimeout(timer)
      gone.removeEventListener('abort', onGone)
      resolve(isGone)
    }
    gone.addEventListener('abort', onGone)
  })
}
