import type { ReactNode } from 'react'
import type { Contract } from '../../api/answers.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Card, Section } from '../../components/page.tsx'
import { moneyText, type Unit } from '../../format/money.ts'
import { balanceThresholdSheet, spendThresholdSheet } from './edit-fields.ts'
import { EditContractTerm } from './edit-term.tsx'
import { useCanEdit } from './term-menu.tsx'
import { discountText, wordOf } from './term-text.ts'
import { useDialog } from './use-dialog.tsx'
import { useNames } from './use-offering.ts'

const USD: Unit = { name: 'USD (cents)' }

/** What is sold by itself once spend or a balance crosses a line. */
export function ThresholdTerms({ contract }: { contract: Contract }) {
  const { unitOf, productName } = useNames()
  const { shown, open } = useDialog()
  const { spend_threshold_configuration: spend, prepaid_balance_threshold_configuration: balance } =
    contract
  if (spend === undefined && balance === undefined) return null
  const unit =
    balance?.custom_credit_type_id === undefined ? USD : unitOf(balance.custom_credit_type_id)
  const edit = (verb: string, title: string, sheet: ReturnType<typeof spendThresholdSheet>) =>
    open((close) => (
      <EditContractTerm
        title={`Change the ${title}`}
        sheet={sheet}
        contract={contract}
        verb={`update_${verb}`}
        done={`The ${title} is changed`}
        onClose={close}
      />
    ))
  return (
    <Section title="Thresholds">
      {spend !== undefined && (
        <Threshold
          label="Spend threshold"
          contract={contract}
          sale={spend}
          onEdit={() =>
            edit('spend_threshold_configuration', 'spend threshold', spendThresholdSheet(spend))
          }
        >
          Once {moneyText(spend.threshold_amount, USD)} are not paid yet, a commit of{' '}
          {productName(spend.commit.product_id)} is sold for them
        </Threshold>
      )}
      {balance !== undefined && (
        <Threshold
          label="Balance threshold"
          contract={contract}
          sale={balance}
          onEdit={() =>
            edit(
              'prepaid_balance_threshold_configuration',
              'balance threshold',
              balanceThresholdSheet(balance, unit),
            )
          }
        >
          Below {moneyText(balance.threshold_amount, unit)}, recharged to{' '}
          {moneyText(balance.recharge_to_amount, unit)} by a commit of{' '}
          {productName(balance.commit.product_id)}
        </Threshold>
      )}
      {shown}
    </Section>
  )
}

type Sale = Pick<
  NonNullable<Contract['spend_threshold_configuration']>,
  'is_enabled' | 'discount_configuration' | 'payment_gate_config'
>

interface ThresholdProps {
  label: string
  contract: Contract
  sale: Sale
  onEdit: () => void
  children: ReactNode
}

function Threshold({ label, contract, sale, onEdit, children }: ThresholdProps) {
  const canEdit = useCanEdit(contract)
  const { discount_configuration: discount, payment_gate_config: gate, is_enabled } = sale
  return (
    <Card className="threshold">
      <div>
        <h3>
          {label} {!is_enabled && <Badge>Switched off</Badge>}
        </h3>
        <p>
          {children}
          {discount && `, ${discountText(discount.payment_fraction)}`}. Payment gate:{' '}
          {wordOf(gate.payment_gate_type)}.
        </p>
      </div>
      {canEdit && (
        <Button aria-label={`Change the ${label.toLowerCase()}`} onClick={onEdit}>
          Change…
        </Button>
      )}
    </Card>
  )
}
