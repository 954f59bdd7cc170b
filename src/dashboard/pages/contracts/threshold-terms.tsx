import type { Contract } from '../../api/answers.ts'
import { Badge } from '../../components/badge.tsx'
import { Card, Facts, Section, type Fact } from '../../components/page.tsx'
import { moneyText, type Unit } from '../../format/money.ts'
import { discountText, wordOf } from './term-text.ts'
import { useNames } from './use-offering.ts'

const USD: Unit = { name: 'USD (cents)' }

/** What is sold by itself once spend or a balance crosses a line. */
export function ThresholdTerms({ contract }: { contract: Contract }) {
  const { unitOf, productName } = useNames()
  const { spend_threshold_configuration: spend, prepaid_balance_threshold_configuration: balance } =
    contract
  const facts: Fact[] = []
  if (spend !== undefined) {
    facts.push({
      label: 'Spend threshold',
      value: (
        <>
          Once {moneyText(spend.threshold_amount, USD)} are not paid yet, a commit of{' '}
          {productName(spend.commit.product_id)} is sold for them
          {spend.discount_configuration &&
            `, ${discountText(spend.discount_configuration.payment_fraction)}`}
          . Payment gate: {wordOf(spend.payment_gate_config.payment_gate_type)}.{' '}
          {!spend.is_enabled && <Badge>Switched off</Badge>}
        </>
      ),
    })
  }
  if (balance !== undefined) {
    const { custom_credit_type_id: id } = balance
    const unit = id === undefined ? USD : unitOf(id)
    facts.push({
      label: 'Balance threshold',
      value: (
        <>
          Below {moneyText(balance.threshold_amount, unit)}, recharged to{' '}
          {moneyText(balance.recharge_to_amount, unit)} by a commit of{' '}
          {productName(balance.commit.product_id)}
          {balance.discount_configuration &&
            `, ${discountText(balance.discount_configuration.payment_fraction)}`}
          . Payment gate: {wordOf(balance.payment_gate_config.payment_gate_type)}.{' '}
          {!balance.is_enabled && <Badge>Switched off</Badge>}
        </>
      ),
    })
  }
  if (facts.length === 0) return null
  return (
    <Section title="Thresholds">
      <Card>
        <Facts layout="list" facts={facts} />
      </Card>
    </Section>
  )
}
