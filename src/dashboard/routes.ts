import { lazy, type LazyPage } from './layout/lazy.ts'

export interface PageRoute {
  /** With parameters as `:name` or `*` for all the rest, which the page reads by `useParams`. */
  path: string
  page: LazyPage
}

/**
 * Every page of the dashboard, the first that fits an address wins. A page is the default export of
 * its file in pages/, is loaded when it is first shown, and is listed on the left if
 * layout/navigation.ts names its address.
 */
export const ROUTES: readonly PageRoute[] = [
  { path: '/', page: lazy(() => import('./pages/home.tsx')) },
  {
    path: '/getting-started/:step?',
    page: lazy(() => import('./pages/getting-started/getting-started.tsx')),
  },
  { path: '/customers', page: lazy(() => import('./pages/customers/customers.tsx')) },
  {
    path: '/customers/:customerId/invoices/:invoiceId',
    page: lazy(() => import('./pages/invoices/invoice.tsx')),
  },
  {
    path: '/customers/:customerId/contracts/new',
    page: lazy(() => import('./pages/contracts/new-contract.tsx')),
  },
  {
    path: '/customers/:customerId/contracts/:contractId/:part?',
    page: lazy(() => import('./pages/contracts/contract.tsx')),
  },
  {
    path: '/customers/:customerId/:tab?',
    page: lazy(() => import('./pages/customers/customer.tsx')),
  },
  { path: '/invoices', page: lazy(() => import('./pages/invoices/invoices.tsx')) },
  { path: '/offering/metrics', page: lazy(() => import('./pages/metrics/metrics.tsx')) },
  {
    path: '/offering/metrics/new',
    page: lazy(() => import('./pages/metrics/new-metric.tsx')),
  },
  {
    path: '/offering/metrics/:metricId',
    page: lazy(() => import('./pages/metrics/metric.tsx')),
  },
  {
    path: '/offering/products',
    page: lazy(() => import('./pages/products/products.tsx')),
  },
  {
    path: '/offering/products/new',
    page: lazy(() => import('./pages/products/new-product.tsx')),
  },
  {
    path: '/offering/products/:productId',
    page: lazy(() => import('./pages/products/product.tsx')),
  },
  {
    path: '/offering/rate-cards',
    page: lazy(() => import('./pages/rate-cards/rate-cards.tsx')),
  },
  {
    path: '/offering/rate-cards/:rateCardId/:tab?',
    page: lazy(() => import('./pages/rate-cards/rate-card.tsx')),
  },
  {
    path: '/offering/pricing-units',
    page: lazy(() => import('./pages/offering/pricing-units.tsx')),
  },
  {
    path: '/offering/packages',
    page: lazy(() => import('./pages/packages/packages.tsx')),
  },
  {
    path: '/offering/packages/new',
    page: lazy(() => import('./pages/packages/new-package.tsx')),
  },
  {
    path: '/offering/packages/:packageId',
    page: lazy(() => import('./pages/packages/package.tsx')),
  },
  { path: '/events/new', page: lazy(() => import('./pages/events/new-event.tsx')) },
  { path: '/events', page: lazy(() => import('./pages/events/events.tsx')) },
  { path: '/events/*', page: lazy(() => import('./pages/events/event.tsx')) },
  { path: '/developer/sandboxes', page: lazy(() => import('./pages/developer/sandboxes.tsx')) },
  {
    path: '/developer/environment',
    page: lazy(() => import('./pages/developer/environment.tsx')),
  },
  {
    path: '/developer/custom-fields',
    page: lazy(() => import('./pages/custom-fields/field-keys.tsx')),
  },
  {
    path: '/developer/api-tokens',
    page: lazy(() => import('./pages/developer/api-tokens.tsx')),
  },
]
