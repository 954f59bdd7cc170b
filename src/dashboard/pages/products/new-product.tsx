import { useState } from 'react'
import { useLocation } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { useFilter } from '../../components/filters.tsx'
import { Form } from '../../components/form.tsx'
import { SelectField } from '../../components/inputs.tsx'
import { Page } from '../../components/page.tsx'
import { Segments } from '../../components/tabs.tsx'
import { toBody, toDraft } from './draft.ts'
import { TYPES, USAGE } from './names.ts'
import { ProductFields } from './product-fields.tsx'
import '../offering/offering.css'

const CRUMBS = [{ label: 'Products', href: '/offering/products' }]

const SCOPES = [
  { value: 'CONTRACT', label: 'The contract' },
  { value: 'CUSTOMER', label: 'All contracts of the customer' },
]

export default function NewProduct() {
  const { scope } = useEnvironment()
  const [, navigate] = useLocation()
  const [asked, setType] = useFilter('type', 'USAGE')
  const { value: type, hint } = TYPES.find(({ value }) => value === asked) ?? USAGE
  const [draft, setDraft] = useState(() => toDraft({}))
  const create = useAction<Record<string, unknown>, { data: { id: string } }>({
    path: '/v1/contract-pricing/products/create',
    done: 'The product is made',
    onSuccess: ({ data: { id } }) => navigate(`/offering/products/${id}`),
  })
  return (
    <Page title="Create a product" crumbs={CRUMBS} lead={hint}>
      <Segments label="Type of product" value={type} choices={TYPES} onChange={setType} />
      <Form
        className="narrow"
        error={create.error}
        onSubmit={(textOf) =>
          create.mutate({
            type,
            ...toBody(type, draft),
            ...(type === 'COMPOSITE' && { composite_scope: textOf('composite_scope') }),
          })
        }
      >
        <ProductFields
          type={type}
          draft={draft}
          set={(part) => setDraft((before) => ({ ...before, ...part }))}
        />
        {type === 'COMPOSITE' && (
          <SelectField
            name="composite_scope"
            label="Spend of"
            choices={SCOPES}
            defaultValue="CONTRACT"
          />
        )}
        <div className="actions">
          <Button
            type="submit"
            kind="primary"
            disabled={scope !== 'full'}
            isBusy={create.isPending}
          >
            Create product
          </Button>
        </div>
      </Form>
    </Page>
  )
}
