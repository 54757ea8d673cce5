import { Keyboard, Monitor, Moon, NotebookText, Rocket, Sun } from 'lucide-react'
import { usePage, useSession } from '../state/index.ts'
import { chooseTheme, useThemeChoice, type ThemeChoice } from '../theme/theme.ts'
import { Tip } from './Tip.tsx'

const places = [
  { place: 'notebook', label: 'Notebook', Icon: NotebookText },
  { place: 'job', label: 'Job', Icon: Rocket },
] as const

const themes: Record<ThemeChoice, { label: string; Icon: typeof Sun; next: ThemeChoice }> = {
  light: { label: 'Light theme', Icon: Sun, next: 'dark' },
  dark: { label: 'Dark theme', Icon: Moon, next: 'system' },
  system: { label: 'Theme of the system', Icon: Monitor, next: 'light' },
}

/** The places of the app at its left edge; what belongs to the app as a whole at its foot. */
export function Rail() {
  const { store } = useSession()
  const here = usePage((state) => state.place)
  const open = usePage((state) => state.notebook !== null)
  const choice = useThemeChoice()
  const theme = themes[choice]
  return (
    <nav className="rail" aria-label="Places">
      <img className="mark" src="/icon.svg" alt="" width={24} height={24} />
      {places.map(({ place, label, Icon }) => (
        <button
          key={place}
          aria-current={here === place ? 'page' : undefined}
          disabled={!open && place !== 'notebook'}
          onClick={() => store.setState({ place })}
        >
          <Icon />
          <span>{label}</span>
        </button>
      ))}
      <span className="spring" />
      <Tip label="Keys" command="keys">
        <button className="icon-button" aria-label="Keys" onClick={() => store.setState({ dialog: 'keys' })}>
          <Keyboard />
        </button>
      </Tip>
      <Tip label={`${theme.label}; click to change`}>
        <button className="icon-button" aria-label={`${theme.label}; change`} onClick={() => chooseTheme(theme.next)}>
          <theme.Icon />
        </button>
      </Tip>
    </nav>
  )
}
