import { fetchOrRefuse } from '../api/client.ts'
import type { UploadedPrompt, UploadPromptParams } from '../api/generated.ts'

/** What the generated client's `uploadPrompt` is meant to do: that one makes JSON of a file. */
export async function uploadRecording(
  { language, name }: UploadPromptParams,
  recording: File,
): Promise<UploadedPrompt> {
  const response = await fetchOrRefuse(`/api/prompts/${language}/${encodeURIComponent(name)}/audio`, {
    method: 'PUT',
    // Not every system knows the ending.
    headers: { 'content-type': recording.type || 'audio/wav' },
    body: recording,
  })
  return response.json()
}
