import { Button, Menu, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { problemText } from '../api/problem-text.ts'
import { saveFile } from '../shell/save-file.ts'
import { useWords } from '../words/index.tsx'
import { today } from '../words/moments.ts'
import type { Asked } from './use-calls.ts'

/** What is shown, as a file. */
export function ExportMenu({ asked }: { readonly asked: Asked }) {
  const { say } = useWords()
  const exported = useMutation({
    mutationFn: async (format: 'csv' | 'xlsx') => {
      const name = `calls-${today()}.${format}`
      saveFile(name, await api.exportCalls({ ...asked, format }, { format: 'blob' }))
      return name
    },
    onSuccess: (name) => notifications.show({ message: say('calls.exported', { name }) }),
    onError: (error) => notifications.show({ color: 'red', message: problemText(error, say) }),
  })
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} loading={exported.isPending}>
          {say('calls.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => exported.mutate('csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => exported.mutate('xlsx')}>XLSX (Excel)</Menu.Item>
        <Text size="xs" c="dimmed" px="sm" py={4}>
          {say('calls.exportNote')}
        </Text>
      </Menu.Dropdown>
    </Menu>
  )
}
