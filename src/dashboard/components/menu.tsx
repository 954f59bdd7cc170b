import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'

export interface MenuItem {
  key: string
  label: ReactNode
  onSelect: () => void
  /** Of items of which one is chosen. */
  isChosen?: boolean
  isDanger?: boolean
  isDisabled?: boolean
}

interface MenuProps {
  /** What the actions are about. */
  label: string
  /** What the button shows, which is also its name. */
  button: ReactNode
  items: readonly MenuItem[]
  className?: string
  align?: 'start' | 'end'
}

/**
 * A button that unfolds actions, by an arrow key too. Arrow keys, Home, End and first letters move
 * among them, Escape folds them again.
 */
export function Menu({ label, button, items, className = 'button', align = 'start' }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => {
    if (!isOpen) return undefined
    root.current?.querySelector<HTMLElement>('[role^=menuitem]:enabled')?.focus()
    const close = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setIsOpen(false)
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('focusin', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('focusin', close)
    }
  }, [isOpen])
  const fold = () => {
    setIsOpen(false)
    trigger.current?.focus()
  }
  return (
    <div className="menu" ref={root}>
      <button
        ref={trigger}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || isOpen) return
          event.preventDefault()
          setIsOpen(true)
        }}
      >
        {button}
      </button>
      {isOpen && (
        <div
          id={id}
          className={`menu-items menu-${align}`}
          role="menu"
          tabIndex={-1}
          aria-label={label}
          onKeyDown={(event) => (event.key === 'Escape' ? fold() : moveFocus(event))}
        >
          {items.map((item) => (
            <Item key={item.key} item={item} onDone={fold} />
          ))}
        </div>
      )}
    </div>
  )
}

function Item({ item, onDone }: { item: MenuItem; onDone: () => void }) {
  const { label, onSelect, isChosen, isDanger = false, isDisabled = false } = item
  const select = () => {
    onDone()
    onSelect()
  }
  return (
    <button
      type="button"
      tabIndex={-1}
      role={isChosen === undefined ? 'menuitem' : 'menuitemradio'}
      {...(isChosen !== undefined && { 'aria-checked': isChosen })}
      className={`menu-item ${isDanger ? 'menu-item-danger' : ''}`}
      disabled={isDisabled}
      onClick={select}
    >
      {label}
    </button>
  )
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [
    ...event.currentTarget.querySelectorAll<HTMLButtonElement>('[role^=menuitem]:enabled'),
  ]
  const next = nextItem(event.key, items)
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

function nextItem(key: string, items: readonly HTMLButtonElement[]): HTMLElement | undefined {
  const at = items.findIndex((item) => item === document.activeElement)
  const count = items.length
  switch (key) {
    case 'ArrowDown':
      return items[(at + 1) % count]
    case 'ArrowUp':
      return items[(at - 1 + count) % count]
    case 'Home':
      return items[0]
    case 'End':
      return items[count - 1]
    default:
      // The next item after this one that begins with the letter.
      return [...items.slice(at + 1), ...items.slice(0, at + 1)].find(
        (item) => /^\S$/.test(key) && item.innerText.toLowerCase().startsWith(key.toLowerCase()),
      )
  }
}
