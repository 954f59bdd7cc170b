import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import {
  sessionQuery,
  switchEnvironment,
  useEnvironment,
  type SessionEnvironment,
} from '../api/session.ts'
import { useAnnounce } from '../components/announcer.tsx'
import { Icon } from '../components/icon.tsx'
import { SignInForms } from './sign-in-forms.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Menu } from '../components/menu.tsx'

/** Shows the environment that every page is about, and changes it. */
export function EnvironmentSwitch() {
  const client = useQueryClient()
  const announce = useAnnounce()
  const [, navigate] = useLocation()
  const current = useEnvironment()
  const [isAdding, setIsAdding] = useState(false)
  const { data } = useQuery(sessionQuery)
  const environments = data?.environments ?? []
  const choose = async (chosen: SessionEnvironment) => {
    if (chosen.id === current.id) return
    // What a page shows exists in its environment only.
    navigate('/' + (window.location.pathname.split('/')[1] ?? ''))
    await switchEnvironment(client, chosen.id)
    announce(`Now in ${chosen.name}`)
  }
  return (
    <>
      <Menu
        label="Environments"
        className="environment"
        button={
          <>
            <EnvironmentName environment={current} />
            <span className="hidden">Switch environment</span>
            <Icon name="down" />
          </>
        }
        items={[
          ...environments.map((each) => ({
            key: each.id,
            label: <EnvironmentName environment={each} />,
            isChosen: each.id === current.id,
            onSelect: () => void choose(each),
          })),
          {
            key: 'add',
            label: 'Sign in to another…',
            onSelect: () => setIsAdding(true),
          },
        ]}
      />
      {isAdding && (
        <Dialog title="Sign in to another environment" onClose={() => setIsAdding(false)}>
          <SignInForms isLocal={data?.local === true} onDone={() => setIsAdding(false)} />
        </Dialog>
      )}
    </>
  )
}

/** The environments that every server has are called `production` and `sandbox`. */
function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

function EnvironmentName({ environment }: { environment: SessionEnvironment }) {
  const isSandbox = environment.kind === 'SANDBOX'
  return (
    <span className="environment-name">
      <span className={`dot ${isSandbox ? 'dot-sandbox' : 'dot-production'}`} aria-hidden="true" />
      <span className="environment-text">
        <span>{titled(environment.name)}</span>
        <span className="environment-kind">{isSandbox ? 'Sandbox' : 'Production'}</span>
      </span>
    </span>
  )
}
