import { Alert, Badge, Button, List, Paper, Stack, Table, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import type { CheckResult, RegisterReport } from '../api/generated.ts'
import { Facts } from '../shell/facts.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { Page } from '../shell/page.tsx'
import { WideTable } from '../shell/wide-table.tsx'
import { isWord, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

/** What the checks found in a list that was brought in, the reds first. */
export function RegisterReportPage() {
  const { say } = useWords()
  const { id = '' } = useParams({ strict: false })
  const report = useQuery({ queryKey: ['register-report', id], queryFn: () => api.getRegisterReport({ id }) })
  return (
    <Page
      title={say('register.reportOf', { id })}
      actions={
        <Button component={Link} to="/register" variant="default" leftSection={<IconArrowLeft size={16} aria-hidden />}>
          {say('nav.register')}
        </Button>
      }
    >
      <Loaded query={report}>{(data) => <Findings report={data} />}</Loaded>
    </Page>
  )
}

const levels = ['red', 'yellow', 'green'] as const

function Findings({ report }: { report: RegisterReport }) {
  const { say } = useWords()
  const { moment, number } = useFormats()
  const redFirst = report.checks.toSorted((one, other) => levels.indexOf(one.level) - levels.indexOf(other.level))
  return (
    <Stack>
      {report.refused && (
        <Alert color="red" title={say('register.refused')}>
          {report.refused}
        </Alert>
      )}
      <Paper>
        <Facts
          facts={[
            [say('register.madeAt'), moment(report.madeAt)],
            [say('register.asOf'), moment(report.asOf)],
            [say('register.voters'), number(report.voters)],
            [say('register.stations'), number(report.stations)],
            ...(report.edition
              ? [
                  [say('register.election'), report.edition.election] as const,
                  [say('register.edition'), report.edition.id ?? '—'] as const,
                  [say('register.signedBy'), report.edition.signedBy ?? say('common.none')] as const,
                ]
              : []),
          ]}
        />
      </Paper>
      <Paper>
        <Title order={2} mb="xs">
          {say('register.checks')}
        </Title>
        <WideTable label={say('register.checks')} minWidth={640}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={110}>{say('register.level')}</Table.Th>
              <Table.Th>{say('register.check')}</Table.Th>
              <Table.Th ta="end">{say('register.found')}</Table.Th>
              <Table.Th ta="end">{say('register.share')}</Table.Th>
              <Table.Th ta="end">{say('register.limit')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {redFirst.map((it) => (
              <Check key={it.check} check={it} />
            ))}
          </Table.Tbody>
        </WideTable>
      </Paper>
      {report.byRegion.length > 0 && (
        <Paper>
          <Title order={2} mb="xs">
            {say('register.byRegion')}
          </Title>
          <WideTable label={say('register.byRegion')} minWidth={420}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('common.region')}</Table.Th>
                <Table.Th ta="end">{say('register.before')}</Table.Th>
                <Table.Th ta="end">{say('register.voters')}</Table.Th>
                <Table.Th ta="end">{say('register.difference')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="tabular">
              {report.byRegion.map(({ region, voters, before }) => (
                <Table.Tr key={region}>
                  <Table.Td>{say(`region.${region}`)}</Table.Td>
                  <Table.Td ta="end">{number(before)}</Table.Td>
                  <Table.Td ta="end">{number(voters)}</Table.Td>
                  <Table.Td ta="end">{before === null ? '—' : signed(voters - before, number)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        </Paper>
      )}
      {report.edits.length > 0 && (
        <Paper>
          <Title order={2} mb="xs">
            {say('register.editsThen')}
          </Title>
          <List size="sm">
            {report.edits.map((edit) => (
              <List.Item key={edit}>{edit}</List.Item>
            ))}
          </List>
        </Paper>
      )}
    </Stack>
  )
}

const colors = { red: 'red', yellow: 'orange', green: 'teal' }

function Check({ check }: { check: CheckResult }) {
  const { say } = useWords()
  const { number, percent } = useFormats()
  const { level, count, of, limit, text, examples } = check
  const region = /^region-([1-9])$/.exec(check.check)?.[1]
  const key = `register.check.${check.check}`
  const name = region
    ? say('register.check.region', { region: say(`region.${region as '1'}`) })
    : isWord(key)
      ? say(key)
      : text
  return (
    <Table.Tr>
      <Table.Td>
        <Badge color={colors[level]}>{say(`register.level.${level}`)}</Badge>
      </Table.Td>
      <Table.Td>
        {name}
        {level !== 'green' && examples.length > 0 && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {examples.join(' · ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end" className="tabular">
        {number(count)}
      </Table.Td>
      <Table.Td ta="end" className="tabular">
        {of > 0 ? percent(count / of) : '—'}
      </Table.Td>
      <Table.Td ta="end" className="tabular">
        {limit === null ? '—' : percent(limit)}
      </Table.Td>
    </Table.Tr>
  )
}

function signed(difference: number, number: (value: number) => string): string {
  return difference > 0 ? `+${number(difference)}` : number(difference)
}
