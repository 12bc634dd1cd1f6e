import { Button, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useWords } from '../words/index.tsx'
import { Page } from './page.tsx'

/** Instead of a page that is not there, or not for one. */
export function Elsewhere({ title, text }: { readonly title: string; readonly text: string }) {
  const { say } = useWords()
  return (
    <Page title={title}>
      <Stack align="flex-start">
        <Text>{text}</Text>
        <Button component={Link} to="/" variant="default">
          {say('shell.toStart')}
        </Button>
      </Stack>
    </Page>
  )
}
