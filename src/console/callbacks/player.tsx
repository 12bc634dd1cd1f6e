import { ActionIcon, Button, Group, Paper, SegmentedControl, Stack, Text, Tooltip } from '@mantine/core'
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconRewindBackward5,
  IconRewindForward5,
} from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import WaveSurfer from 'wavesurfer.js'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import classes from './player.module.css'

const speeds = ['0.75', '1', '1.25', '1.5', '2'] as const
const jumpSeconds = 5

/** A spoken message: its waveform, speed, and keys: space, arrows, comma and full stop for the speed. */
export function Player({ message }: { message: Blob }) {
  const { say } = useWords()
  const { clockTime } = useFormats()
  const place = useRef<HTMLDivElement>(null)
  const group = useRef<HTMLDivElement>(null)
  const [wave, setWave] = useState<WaveSurfer>()
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(0)
  const [speed, setSpeed] = useState<(typeof speeds)[number]>('1')
  const [unreadable, setUnreadable] = useState(false)

  useEffect(() => {
    const container = place.current
    if (!container) return
    const style = getComputedStyle(container)
    const drawn = WaveSurfer.create({
      container,
      height: 72,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      normalize: true,
      waveColor: style.getPropertyValue('--wave-ahead'),
      progressColor: style.getPropertyValue('--wave-heard'),
      cursorColor: style.getPropertyValue('--wave-cursor'),
    })
    drawn.on('play', () => setPlaying(true))
    drawn.on('pause', () => setPlaying(false))
    drawn.on('finish', () => setPlaying(false))
    drawn.on('timeupdate', setAt)
    drawn.on('ready', setLength)
    drawn.on('error', () => setUnreadable(true))
    // What can't be decoded is told by the event too.
    drawn.loadBlob(message).then(
      () => group.current?.focus(),
      () => setUnreadable(true),
    )
    setWave(drawn)
    return () => drawn.destroy()
  }, [message])

  const changeSpeed = (chosen: (typeof speeds)[number]) => {
    setSpeed(chosen)
    wave?.setPlaybackRate(Number(chosen), true)
  }
  const toggle = () => void wave?.playPause()
  const jump = (seconds: number) => wave?.skip(seconds)
  const nextSpeed = (by: 1 | -1) => changeSpeed(speeds[speeds.indexOf(speed) + by] ?? speed)

  const acts = new Map([
    [' ', toggle],
    ['ArrowLeft', () => jump(-jumpSeconds)],
    ['ArrowRight', () => jump(jumpSeconds)],
    [',', () => nextSpeed(-1)],
    ['.', () => nextSpeed(1)],
  ])
  const onKeyDown = (event: KeyboardEvent) => {
    // The buttons inside have their own meaning of space and arrows.
    if (event.target !== event.currentTarget) return
    const act = acts.get(event.key)
    if (!act) return
    event.preventDefault()
    act()
  }

  if (unreadable) return <Text c="red">{say('player.unreadable')}</Text>
  return (
    <Paper
      ref={group}
      role="group"
      aria-label={say('player.name')}
      aria-keyshortcuts="Space ArrowLeft ArrowRight"
      tabIndex={0}
      withBorder
      p="sm"
      className={classes.player}
      data-playing={playing}
      onKeyDown={onKeyDown}
    >
      <Stack gap="xs">
        <div ref={place} />
        <Group justify="space-between" gap="xs">
          <Group gap={6}>
            <Tooltip label={say('player.back')}>
              <ActionIcon variant="subtle" aria-label={say('player.back')} onClick={() => jump(-jumpSeconds)}>
                <IconRewindBackward5 size={20} />
              </ActionIcon>
            </Tooltip>
            <Button
              size="compact-md"
              leftSection={playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
              onClick={toggle}
            >
              {playing ? say('player.pause') : say('player.play')}
            </Button>
            <Tooltip label={say('player.forward')}>
              <ActionIcon variant="subtle" aria-label={say('player.forward')} onClick={() => jump(jumpSeconds)}>
                <IconRewindForward5 size={20} />
              </ActionIcon>
            </Tooltip>
            <Text size="sm" ff="monospace" className="tabular">
              {clockTime(at * 1000)} / {clockTime(length * 1000)}
            </Text>
          </Group>
          <SegmentedControl
            size="xs"
            aria-label={say('player.speed')}
            value={speed}
            onChange={(chosen) => changeSpeed(chosen as typeof speed)}
            data={speeds.map((value) => ({ value, label: `${value}×` }))}
          />
        </Group>
        <Text size="xs" c="dimmed">
          {say('player.keys')}
        </Text>
      </Stack>
    </Paper>
  )
}
