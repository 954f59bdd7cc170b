import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/controls.css'
import './styles/content.css'
import './styles/tables.css'
import './styles/media.css'
import { App } from './app.tsx'
import { startTheme } from './layout/theme.ts'

startTheme()
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has the root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
