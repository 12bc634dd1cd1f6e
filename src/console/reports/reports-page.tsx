import { Button, Group, Paper, Select, Stack, Text } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { notifications } from '@mantine/notifications'
import { IconFileTypePdf, IconPhoto, IconPrinter } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api } from '../api/client.ts'
import { Loaded } from '../shell/loaded.tsx'
import { Page } from '../shell/page.tsx'
import { useWords } from '../words/index.tsx'
import { today } from '../words/moments.ts'
import { daysAgo } from './days-ago.ts'
import { ReportSheet } from './report-sheet.tsx'
import type { ReportsSearch } from './reports-search.ts'
import { asOnPaper, reportAsPdf, reportAsPng, saveFile } from './save-report.ts'

const formats = { png: reportAsPng, pdf: reportAsPdf }

/** What happened over some days, to look at, print and pass on. */
export function ReportsPage() {
  const { say } = useWords()
  const navigate = useNavigate()
  const search: ReportsSearch = useSearch({ strict: false })
  const range = { from: search.from ?? daysAgo(6), until: search.until ?? today() }
  const sheet = useRef<HTMLDivElement>(null)
  const [saving, setSaving] = useState<keyof typeof formats>()
  const report = useQuery({
    queryKey: ['report', range, search.language],
    queryFn: () => api.getReport({ ...range, ...(search.language && { language: [search.language] }) }),
    placeholderData: keepPreviousData,
  })

  useEffect(() => {
    let back: (() => void) | undefined
    const before = () => {
      back = asOnPaper()
    }
    const after = () => back?.()
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [])

  const show = (next: ReportsSearch) => navigate({ to: '/reports', search: { ...search, ...next } })
  const save = async (format: keyof typeof formats) => {
    if (!sheet.current) return
    setSaving(format)
    try {
      saveFile(await formats[format](sheet.current), `dobush-${range.from}-${range.until}.${format}`)
    } catch {
      notifications.show({ color: 'red', message: say('report.notSaved') })
    } finally {
      setSaving(undefined)
    }
  }

  return (
    <Page title={say('nav.reports')}>
      <Stack>
        <Group align="end" className="no-print" gap="sm">
          <Select
            label={say('report.period')}
            w={190}
            placeholder={say('report.own')}
            value={
              [7, 30, 90]
                .map(String)
                .find((days) => range.from === daysAgo(Number(days) - 1) && range.until === today()) ?? null
            }
            data={[7, 30, 90].map((days) => ({ value: String(days), label: say('report.lastDays', { days }) }))}
            onChange={(days) => days && show({ from: daysAgo(Number(days) - 1), until: today() })}
          />
          <Days key={`${range.from} ${range.until}`} range={range} onChange={show} />
          <Select
            label={say('common.language')}
            w={150}
            clearable
            placeholder={say('common.any')}
            value={search.language ?? null}
            data={(['ky', 'ru'] as const).map((value) => ({ value, label: say(`common.language.${value}`) }))}
            onChange={(value) => navigate({ to: '/reports', search: { ...range, ...(value && { language: value }) } })}
          />
          <Group gap="xs" ms="auto">
            <Button variant="default" leftSection={<IconPrinter size={18} />} onClick={() => window.print()}>
              {say('report.print')}
            </Button>
            <Button
              variant="default"
              leftSection={<IconPhoto size={18} />}
              loading={saving === 'png'}
              disabled={!report.data || saving !== undefined}
              onClick={() => save('png')}
            >
              PNG
            </Button>
            <Button
              variant="default"
              leftSection={<IconFileTypePdf size={18} />}
              loading={saving === 'pdf'}
              disabled={!report.data || saving !== undefined}
              onClick={() => save('pdf')}
            >
              PDF
            </Button>
          </Group>
        </Group>
        <Loaded query={report}>
          {(data) =>
            data.totals.calls === 0 && data.totals.callbacks === 0 ? (
              <Paper>
                <Text>{say('report.empty')}</Text>
              </Paper>
            ) : (
              <div ref={sheet}>
                <ReportSheet report={data} />
              </div>
            )
          }
        </Loaded>
      </Stack>
    </Page>
  )
}

/** A range counts once both its days are chosen. */
function Days({
  range,
  onChange,
}: {
  range: { from: string; until: string }
  onChange: (range: { from: string; until: string }) => void
}) {
  const { say } = useWords()
  const [chosen, setChosen] = useState<[string | null, string | null]>([range.from, range.until])
  return (
    <DatePickerInput
      type="range"
      label={say('report.days')}
      w={280}
      maxDate={today()}
      valueFormat="D.MM.YYYY"
      value={chosen}
      onChange={([from, until]) => {
        setChosen([from, until])
        if (from && until) onChange({ from, until })
      }}
    />
  )
}
