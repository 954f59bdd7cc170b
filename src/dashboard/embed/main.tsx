import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../styles/tokens.css'
import './embed.css'
import { Balances } from './balances.tsx'
import { applyColors, grant } from './grant.ts'
import { Invoices } from './invoices.tsx'
import { Usage } from './usage.tsx'

const VIEWS = { invoices: Invoices, usage: Usage, commits_and_credits: Balances }

const TITLES = { invoices: 'Invoices', usage: 'Usage', commits_and_credits: 'Commits and credits' }

applyColors()
document.title = TITLES[grant.dashboard]
const View = VIEWS[grant.dashboard]
const root = document.getElementById('root')
if (root === null) throw new Error('embed.html has the root')
createRoot(root).render(
  <StrictMode>
    <main>
      <View />
    </main>
  </StrictMode>,
)
