import { NUMBER_FORMATS } from '../../../core/seller.ts'
import type { Environment } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Form } from '../../components/form.tsx'
import { SelectField, TextAreaField, TextField } from '../../components/inputs.tsx'
import { linesOf } from '../customers/aliases.ts'

type Seller = Environment['settings']['seller']

interface FormProps {
  seller: Seller
  mayWrite: boolean
}

/** Who bills. Empty fields print nothing. */
export function SellerForm({ seller, mayWrite }: FormProps) {
  const save = useAction<{ seller: Partial<Record<keyof Seller, string | string[] | null>> }>({
    path: '/v1/environment/settings',
    done: 'The settings are saved',
  })
  const area = { rows: 3, isOptional: true, disabled: !mayWrite }
  const line = { isOptional: true, disabled: !mayWrite }
  return (
    <Form
      key={JSON.stringify(seller)}
      error={save.error}
      onSubmit={(textOf) => {
        const text = (name: string) => textOf(`seller.${name}`) || null
        const lines = (name: string) => {
          const all = linesOf(textOf(`seller.${name}`))
          return all.length === 0 ? null : all
        }
        save.mutate({
          seller: {
            name: text('name'),
            address_lines: lines('address_lines'),
            tax_id: text('tax_id'),
            email: text('email'),
            payment_instructions: lines('payment_instructions'),
            footer: text('footer'),
            number_format: text('number_format'),
          },
        })
      }}
    >
      <TextField name="seller.name" label="Company" defaultValue={seller.name ?? ''} {...line} />
      <TextAreaField
        name="seller.address_lines"
        label="Address"
        defaultValue={(seller.address_lines ?? []).join('\n')}
        {...area}
      />
      <TextField name="seller.tax_id" label="Tax id" defaultValue={seller.tax_id ?? ''} {...line} />
      <TextField name="seller.email" label="E-mail" defaultValue={seller.email ?? ''} {...line} />
      <TextAreaField
        name="seller.payment_instructions"
        label="How to pay"
        defaultValue={(seller.payment_instructions ?? []).join('\n')}
        {...area}
      />
      <TextField name="seller.footer" label="Footer" defaultValue={seller.footer ?? ''} {...line} />
      <SelectField
        name="seller.number_format"
        label="Numbers"
        choices={NUMBER_FORMATS.map((value) => ({ value, label: value }))}
        defaultValue={seller.number_format}
      />
      <div className="actions">
        <Button type="submit" kind="primary" disabled={!mayWrite} isBusy={save.isPending}>
          Save
        </Button>
      </div>
    </Form>
  )
}
