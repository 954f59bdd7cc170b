import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Link } from 'wouter'

type Kind = 'primary' | 'plain' | 'danger' | 'quiet'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind
  isBusy?: boolean
}

/** While it is busy it keeps the focus, which a disabled button would lose, and ignores clicks. */
export function Button({ kind = 'plain', isBusy = false, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button button-${kind} ${rest.className ?? ''}`}
      {...(isBusy && {
        'aria-busy': true,
        'aria-disabled': true,
        onClick: (event) => event.preventDefault(),
      })}
    >
      {isBusy && <span className="spinner" aria-hidden="true" />}
      {children}
    </button>
  )
}

export function ButtonLink({
  href,
  kind = 'plain',
  children,
}: {
  href: string
  kind?: Kind
  children: ReactNode
}) {
  return (
    <Link className={`button button-${kind}`} href={href}>
      {children}
    </Link>
  )
}
