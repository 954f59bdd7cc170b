import { useAnnounce } from './announcer.tsx'
import { Icon } from './icon.tsx'

/** Copies a text, and says so. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const announce = useAnnounce()
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    announce('Copied')
  }
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={() => void copy()}
    >
      <Icon name="copy" />
    </button>
  )
}

/** An id in full or shortened, with a button that copies it whole. */
export function CopyableId({ id, isShort = false }: { id: string; isShort?: boolean }) {
  return (
    <span className="copyable">
      <code title={id}>{isShort ? `${id.slice(0, 8)}…` : id}</code>
      <CopyButton text={id} label="Copy id" />
    </span>
  )
}
