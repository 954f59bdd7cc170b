import { useState } from 'react'
import { useParams } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { ConfirmDialog } from '../../components/dialog.tsx'
import { Card, Facts, Page, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import type { Product } from '../offering/answers.ts'
import { ChangeProduct } from './change-product.tsx'
import { typeName } from './names.ts'
import { ProductChanges } from './product-changes.tsx'
import { useStateFacts } from './state-facts.tsx'
import '../offering/offering.css'

const CRUMBS = [{ label: 'Products', href: '/offering/products' }]

export default function ProductPage() {
  const { productId } = useParams<{ productId: string }>()
  const product = useAnswer<Product>({
    path: '/v1/contract-pricing/products/get',
    body: { id: productId },
  })
  if (product.data === undefined) {
    return (
      <Page title="Product" crumbs={CRUMBS}>
        <Answered query={product}>{() => null}</Answered>
      </Page>
    )
  }
  return <Shown product={product.data} />
}

function Shown({ product }: { product: Product }) {
  const { scope } = useEnvironment()
  const [asking, setAsking] = useState<'change' | 'archive' | null>(null)
  const stateFacts = useStateFacts()
  const { id, type, current, initial, archived_at, custom_fields } = product
  const close = () => setAsking(null)
  return (
    <Page
      title={current.name}
      crumbs={CRUMBS}
      heading={
        <>
          {current.name} {archived_at !== null && <Badge>Archived</Badge>}
        </>
      }
      lead={<CopyableId id={id} />}
      actions={
        scope === 'full' &&
        archived_at === null && (
          <>
            <Button onClick={() => setAsking('archive')}>Archive…</Button>
            <Button kind="primary" onClick={() => setAsking('change')}>
              Change product
            </Button>
          </>
        )
      }
    >
      <div className="builder">
        <Card>
          <Facts
            layout="list"
            facts={[
              { label: 'Type', value: typeName(type) },
              ...stateFacts(current),
              ...Object.entries(custom_fields).map(([label, value]) => ({ label, value })),
              { label: 'Created', value: <Time at={initial.created_at} /> },
              { label: 'By', value: initial.created_by },
            ]}
          />
        </Card>
        <Section title="Changes" lead="A change takes effect on the hour, past or future.">
          <ProductChanges product={product} />
        </Section>
      </div>
      {asking === 'change' && <ChangeProduct product={product} onClose={close} />}
      {asking === 'archive' && <ArchiveProduct product={product} onClose={close} />}
    </Page>
  )
}

function ArchiveProduct({ product, onClose }: { product: Product; onClose: () => void }) {
  const { name } = product.current
  const archive = useAction<{ product_id: string }>({
    path: '/v1/contract-pricing/products/archive',
    done: `${name} is archived`,
    onSuccess: onClose,
  })
  return (
    <ConfirmDialog
      title={`Archive ${name}?`}
      action="Archive product"
      isBusy={archive.isPending}
      error={archive.error}
      onConfirm={() => archive.mutate({ product_id: product.id })}
      onClose={onClose}
    >
      <p>Its rates stay and go on billing; it gets no new ones. This cannot be taken back.</p>
    </ConfirmDialog>
  )
}
