import { createRoot } from 'react-dom/client'

createRoot(document.getElementById('root')!).render(
  <main>
    <h1>Tactus</h1>
    <p>This is a running Tactus server: an open, usage-based billing engine.</p>
    <a href="/docs">API reference</a>
  </main>,
)
