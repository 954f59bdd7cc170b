import { useState } from 'react'
import { useParams } from 'wouter'
import { useAnswer } from '../../api/use-answer.ts'
import { Button } from '../../components/button.tsx'
import { Card, Facts, Section } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'
import { CustomFields } from '../custom-fields/custom-fields.tsx'
import type { Product } from '../offering/answers.ts'
import { ArchiveAction } from '../offering/archive-action.tsx'
import { DetailPage } from '../offering/detail-page.tsx'
import { ChangeProduct } from './change-product.tsx'
import { typeName } from './names.ts'
import { ProductChanges } from './product-changes.tsx'
import { useStateFacts } from './state-facts.tsx'

const LIST = { label: 'Products', href: '/offering/products' }

export default function ProductPage() {
  const { productId } = useParams<{ productId: string }>()
  const product = useAnswer<Product>({
    path: '/v1/contract-pricing/products/get',
    body: { id: productId },
  })
  return (
    <DetailPage
      kind="Product"
      list={LIST}
      query={product}
      head={({ id, current: { name }, archived_at }) => {
        return { id, name, isArchived: archived_at !== null }
      }}
      actions={(shown) => <ProductActions product={shown} />}
    >
      {(shown) => <Shown product={shown} />}
    </DetailPage>
  )
}

function ProductActions({ product }: { product: Product }) {
  const [isChanging, setIsChanging] = useState(false)
  const { id, current } = product
  return (
    <>
      <ArchiveAction
        noun="product"
        name={current.name}
        path="/v1/contract-pricing/products/archive"
        body={{ product_id: id }}
      >
        <p>Its rates stay and go on billing; it gets no new ones. This cannot be taken back.</p>
      </ArchiveAction>
      <Button kind="primary" onClick={() => setIsChanging(true)}>
        Change product
      </Button>
      {isChanging && <ChangeProduct product={product} onClose={() => setIsChanging(false)} />}
    </>
  )
}

function Shown({ product }: { product: Product }) {
  const { id, type, current, initial, updates, custom_fields } = product
  const stateFacts = useStateFacts([initial, current, ...updates])
  return (
    <div className="builder">
      <div className="stack">
        <Card>
          <Facts
            layout="list"
            facts={[
              { label: 'Type', value: typeName(type) },
              ...stateFacts(current),
              { label: 'Created', value: <Time at={initial.created_at} /> },
              { label: 'By', value: initial.created_by },
            ]}
          />
        </Card>
        <CustomFields entity="contract_product" id={id} values={custom_fields} />
      </div>
      <Section title="Changes" lead="A change takes effect on the hour, past or future.">
        <ProductChanges product={product} stateFacts={stateFacts} />
      </Section>
    </div>
  )
}
