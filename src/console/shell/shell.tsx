import {
  ActionIcon,
  AppShell,
  Box,
  Burger,
  Group,
  Image,
  Menu,
  NavLink,
  Text,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { api } from '../api/client.ts'
import { becomeSelf, mayOf, useSelf } from '../sign-in/self.ts'
import { useWords } from '../words/index.tsx'
import { Elsewhere } from './elsewhere.tsx'
import { LanguageMenu } from './language-menu.tsx'
import { sections } from './sections.ts'

/** What stands around every page: the head, the sections one may see, and oneself. */
export function Shell() {
  const { say } = useWords()
  const self = useSelf()
  const [opened, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()
  const isIn = (path: string) => pathname === path || pathname.startsWith(`${path}/`)
  const section = sections.find(({ path }) => isIn(path))
  // The server refuses anyway; this says so before one has filled a form in.
  const noRight = section && !mayOf(self, section.for)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the page changes
  useEffect(close, [pathname, close])

  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 190, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'xs', sm: 'md' }}
    >
      <a href="#content" className="skip-link">
        {say('shell.skip')}
      </a>
      <AppShell.Header px="sm">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={say('shell.menu')}
              aria-expanded={opened}
            />
            <Image src="/icon.svg" w={24} h={24} alt="" />
            <Text fw={600}>{say('shell.name')}</Text>
          </Group>
          <Group gap={4} wrap="nowrap">
            <LanguageMenu />
            <ThemeSwitch />
            <OwnMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p={6} aria-label={say('shell.navigation')}>
        {sections
          .filter((section) => mayOf(self, section.for))
          .map(({ path, title, icon: Icon }) => (
            <NavLink
              key={path}
              component={Link}
              to={path}
              label={say(title)}
              leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
              active={isIn(path)}
              py={6}
            />
          ))}
      </AppShell.Navbar>
      <AppShell.Main>
        <Box id="content" tabIndex={-1} style={{ outline: 'none' }}>
          {noRight ? <Elsewhere title={say('shell.noRight')} text={say('shell.noRightText')} /> : <Outlet />}
        </Box>
      </AppShell.Main>
    </AppShell>
  )
}

function ThemeSwitch() {
  const { say } = useWords()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const other = scheme === 'dark' ? 'light' : 'dark'
  const label = say(`shell.theme.${other}`)
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setColorScheme(other)}>
        {other === 'dark' ? <IconMoon size={18} stroke={1.6} /> : <IconSun size={18} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  )
}

function OwnMenu() {
  const { say } = useWords()
  const { displayName } = useSelf()
  const signOut = useMutation({ mutationFn: () => api.signOut(), onSettled: () => becomeSelf(null) })
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton px={6} py={4} maw={180} aria-label={displayName}>
          <Group gap={4} wrap="nowrap">
            <IconUser size={18} stroke={1.6} aria-hidden />
            <Text size="sm" truncate visibleFrom="xs">
              {displayName}
            </Text>
            <IconChevronDown size={14} stroke={1.6} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account" leftSection={<IconUser size={16} stroke={1.6} aria-hidden />}>
          {say('shell.account')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.6} aria-hidden />} onClick={() => signOut.mutate()}>
          {say('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
