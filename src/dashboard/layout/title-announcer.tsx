import { useEffect, useState } from 'react'

/** Reads out the title of a page that takes the place of another one, as browsers do of a new page. */
export function TitleAnnouncer() {
  const [title, setTitle] = useState('')
  useEffect(() => {
    const observer = new MutationObserver(() => setTitle(document.title))
    observer.observe(document.head, { childList: true, characterData: true, subtree: true })
    return () => observer.disconnect()
  }, [])
  return (
    <p className="hidden" role="status">
      {title}
    </p>
  )
}
