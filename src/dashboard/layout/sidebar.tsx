import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { signOut } from '../api/session.ts'
import { Icon, type IconName } from '../components/icon.tsx'
import { ROUTES } from '../routes.ts'
import { EnvironmentSwitch } from './environment-switch.tsx'
import { Mark } from './mark.tsx'
import { NAVIGATION, type NavigationItem } from './navigation.ts'
import { useTheme, type ThemeChoice } from './theme.ts'

const THEMES: { choice: ThemeChoice; label: string; icon: IconName }[] = [
  { choice: 'system', label: 'As the system', icon: 'system' },
  { choice: 'light', label: 'Light', icon: 'sun' },
  { choice: 'dark', label: 'Dark', icon: 'moon' },
]

/** The left side; on a small screen it is above the page, and unfolds. */
export function Sidebar() {
  const [location] = useLocation()
  const [isOpen, setIsOpen] = useState(false)
  useEffect(() => setIsOpen(false), [location])
  return (
    <aside className={`sidebar ${isOpen ? '' : 'sidebar-folded'}`}>
      <div className="sidebar-head">
        <Link href="/" className="brand" aria-label="Tactus, home">
          <Mark />
          <span>Tactus</span>
        </Link>
        <button
          type="button"
          className="icon-button sidebar-toggle"
          aria-label="Navigation"
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'close' : 'menu'} />
        </button>
      </div>
      <EnvironmentSwitch />
      <nav className="navigation" aria-label="Main">
        {NAVIGATION.map(({ title, items }) => {
          const shown = items.filter(({ href }) => ROUTES.some(({ path }) => isAt(path, href)))
          if (shown.length === 0) return null
          return (
            <div key={title ?? ''} className="navigation-group">
              {title !== undefined && <h2 className="navigation-title">{title}</h2>}
              <ul>
                {shown.map((item) => (
                  <li key={item.href}>
                    <NavigationLink item={item} />
                  </li>
                ))}
              </ul>
            </div>
          )
        })}
      </nav>
      <SidebarFoot />
    </aside>
  )
}

/** Pages whose last part may be left out are there without it, too. */
function isAt(path: string, href: string): boolean {
  return path === href || (path.startsWith(`${href}/:`) && path.endsWith('?'))
}

function NavigationLink({ item: { href, label, icon } }: { item: NavigationItem }) {
  const [location] = useLocation()
  const isHere = `${location}/`.startsWith(`${href}/`)
  return (
    <Link
      href={href}
      className="navigation-link"
      {...(isHere && { 'aria-current': 'page' as const })}
    >
      {icon !== undefined && <Icon name={icon} />}
      {label}
    </Link>
  )
}

function SidebarFoot() {
  const client = useQueryClient()
  const { choice, choose } = useTheme()
  return (
    <div className="sidebar-foot">
      <a className="navigation-link" href="/docs" target="_blank" rel="noreferrer">
        <Icon name="external" />
        API reference
      </a>
      <button type="button" className="navigation-link" onClick={() => void signOut(client)}>
        <Icon name="out" />
        Sign out
      </button>
      <div className="theme-switch" role="group" aria-label="Theme">
        {THEMES.map((theme) => (
          <button
            key={theme.choice}
            type="button"
            className="icon-button"
            aria-label={theme.label}
            title={theme.label}
            aria-pressed={theme.choice === choice}
            onClick={() => choose(theme.choice)}
          >
            <Icon name={theme.icon} />
          </button>
        ))}
      </div>
    </div>
  )
}
