import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { Quantity } from '../../components/amount.tsx'
import { Button } from '../../components/button.tsx'
import { Form } from '../../components/form.tsx'
import { DecimalField, SelectField } from '../../components/inputs.tsx'
import { Card, Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { unitName } from '../../format/money.ts'
import type { RateCard } from '../offering/answers.ts'
import { toNumber } from '../products/draft.ts'
import { useCreditTypes } from '../offering/use-named.ts'
import { AliasSchedule } from '../offering/alias-schedule.tsx'
import { CustomFields } from '../custom-fields/custom-fields.tsx'
import { ProductOrder } from './product-order.tsx'
import { unitLabel } from './price-fields.tsx'

const UPDATE = '/v1/contract-pricing/rate-cards/update'

/** By which names contracts find a card, what units its prices may be in, and in which order. */
export function CardSettings({ card }: { card: RateCard }) {
  const { scope } = useEnvironment()
  const mayWrite = scope === 'full'
  return (
    <>
      <AliasSchedule
        aliases={card.aliases}
        path={UPDATE}
        body={{ rate_card_id: card.id }}
        lead="Names by which contracts find the card, as of their start."
      />
      <Conversions card={card} mayWrite={mayWrite} />
      <ProductOrder card={card} mayWrite={mayWrite} />
      <CustomFields entity="rate_card" id={card.id} values={card.custom_fields} />
    </>
  )
}

interface PartProps {
  card: RateCard
  mayWrite: boolean
}

function useUpdate(done: string) {
  return useAction<Record<string, unknown>>({
    path: UPDATE,
    done,
  })
}

type Conversion = RateCard['credit_type_conversions'][number]

function Conversions({ card, mayWrite }: PartProps) {
  const update = useUpdate('The conversion is added')
  const units = useCreditTypes()
  const { id, credit_type_conversions: conversions, fiat_credit_type: currency } = card
  const known = new Set(conversions.map((each) => each.custom_credit_type.id))
  const left = (units.data ?? []).filter((unit) => !unit.is_currency && !known.has(unit.id))
  const columns: Column<Conversion>[] = [
    { key: 'unit', header: 'Custom unit', cell: (each) => each.custom_credit_type.name },
    {
      key: 'worth',
      header: `Worth in ${unitLabel(currency)}`,
      align: 'right',
      cell: ({ fiat_per_custom_credit }) => <Quantity value={fiat_per_custom_credit} />,
    },
  ]
  return (
    <Section
      title="Custom pricing units"
      lead="What they are worth on this card. A conversion stays for good."
    >
      <Table
        label="Conversions"
        columns={columns}
        rows={conversions}
        rowKey={(each) => each.custom_credit_type.id}
        empty={<p className="muted">All prices of this card are in {unitName(currency)}.</p>}
      />
      {mayWrite && left.length > 0 && (
        <Card>
          <Form
            key={left.length}
            error={update.error}
            onSubmit={(textOf) =>
              update.mutate({
                rate_card_id: id,
                add_credit_type_conversions: [
                  {
                    custom_credit_type_id: textOf('custom_credit_type_id'),
                    fiat_per_custom_credit: toNumber(textOf('add_credit_type_conversions')),
                  },
                ],
              })
            }
          >
            <div className="filter-row">
              <SelectField
                name="custom_credit_type_id"
                label="Custom unit"
                choices={left.map((unit) => ({ value: unit.id, label: unit.name }))}
              />
              <DecimalField
                name="add_credit_type_conversions"
                label={`Worth in ${unitLabel(currency)}`}
              />
            </div>
            <div className="actions">
              <Button type="submit" isBusy={update.isPending}>
                Add conversion
              </Button>
            </div>
          </Form>
        </Card>
      )}
    </Section>
  )
}
