import type { IconName } from '../components/icon.tsx'

export interface NavigationItem {
  label: string
  href: string
  icon?: IconName
}

export interface NavigationGroup {
  /** None: the items stand for themselves. */
  title?: string
  items: readonly NavigationItem[]
}

/** What the left side lists. An item appears as soon as a page has its address in routes.ts. */
export const NAVIGATION: readonly NavigationGroup[] = [
  {
    items: [
      { label: 'Getting started', href: '/getting-started', icon: 'start' },
      { label: 'Customers', href: '/customers', icon: 'customers' },
      { label: 'Invoices', href: '/invoices', icon: 'invoices' },
      { label: 'Events', href: '/events', icon: 'events' },
    ],
  },
  {
    title: 'Offering',
    items: [
      { label: 'Billable metrics', href: '/offering/metrics' },
      { label: 'Products', href: '/offering/products' },
      { label: 'Rate cards', href: '/offering/rate-cards' },
      { label: 'Pricing units', href: '/offering/pricing-units' },
      { label: 'Packages', href: '/offering/packages' },
    ],
  },
  {
    title: 'Developer',
    items: [
      { label: 'API tokens', href: '/developer/api-tokens' },
      { label: 'Custom fields', href: '/developer/custom-fields' },
      { label: 'Sandboxes', href: '/developer/sandboxes' },
      { label: 'Environment', href: '/developer/environment' },
    ],
  },
]
