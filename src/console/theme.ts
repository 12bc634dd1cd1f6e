import { type CSSVariablesResolver, createTheme, type MantineTheme } from '@mantine/core'

/** Dense and calm: people look at it for eight hours. */
export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 9 },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', checkIconPosition: 'right' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    DatePickerInput: { defaultProps: { size: 'xs' } },
    DateTimePicker: { defaultProps: { size: 'xs' } },
    InputDescription: { defaultProps: { fz: 12 } },
    InputError: { defaultProps: { fz: 12 } },
    Paper: { defaultProps: { withBorder: true, p: 'sm' } },
    Table: { defaultProps: { verticalSpacing: 4, horizontalSpacing: 'xs', fz: 'sm' } },
    Badge: { defaultProps: { size: 'sm', variant: 'light', tt: 'none', fw: 500, fz: 12, miw: 'max-content' } },
    Tooltip: { defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } } },
  },
})

/** Badges and quiet alerts in the light theme: a paler ground, and letters dark enough for it. */
const letters = {
  teal: '#066649',
  orange: '#9c3a00',
  red: '#b02525',
  cyan: '#0b6577',
  violet: '#5a36b5',
  gray: '#3d444a',
}

function quietColors(colors: MantineTheme['colors']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(letters).flatMap(([name, color]) => [
      [`--mantine-color-${name}-light`, colors[name]?.[name === 'gray' ? 2 : 0] ?? 'transparent'],
      [`--mantine-color-${name}-light-color`, color],
    ]),
  )
}

/** Mantine's own greys and reds are too pale for WCAG's 4.5 : 1. */
export const contrast: CSSVariablesResolver = (given) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': given.colors.gray[7],
    '--mantine-color-placeholder': given.colors.gray[7],
    '--mantine-color-error': given.colors.red[9],
    ...quietColors(given.colors),
  },
  dark: {
    '--mantine-color-dimmed': given.colors.dark[1],
    '--mantine-color-placeholder': given.colors.dark[1],
    '--mantine-color-error': given.colors.red[4],
  },
})
