import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Link } from 'wouter'

type Kind = 'primary' | 'plain' | 'danger' | 'quiet'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind
  isBusy?: boolean
}

export function Button({ kind = 'plain', isBusy = false, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button button-${kind} ${rest.className ?? ''}`}
      disabled={rest.disabled === true || isBusy}
      aria-busy={isBusy}
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
