import { useEffect, useRef, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { useEnvironment } from '../api/session.ts'
import { DemoLive } from '../demo/demo-live.tsx'
import { EnvironmentBanner } from './environment-banner.tsx'
import { Sidebar } from './sidebar.tsx'
import { TitleAnnouncer } from './title-announcer.tsx'

/** What is around every page. */
export function Shell({ children }: { children: ReactNode }) {
  const { kind } = useEnvironment()
  const main = useRef<HTMLElement>(null)
  const [location] = useLocation()
  const place = location.split('/').slice(0, 3).join('/')
  const lastPlace = useRef(place)
  useEffect(() => {
    if (lastPlace.current === place) return
    // A new page is read from its beginning; the tabs of a page are not new pages.
    lastPlace.current = place
    main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [place])
  return (
    <div className={`shell shell-${kind.toLowerCase()}`}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <TitleAnnouncer />
      <Sidebar />
      <DemoLive />
      <div className="content">
        <EnvironmentBanner />
        <main id="main" ref={main} tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  )
}
