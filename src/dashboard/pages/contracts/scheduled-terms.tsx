import { Link } from 'wouter'
import type { Contract } from '../../api/answers.ts'
import { useNow } from '../../api/use-clock.ts'
import { Amount } from '../../components/amount.tsx'
import type { MenuItem } from '../../components/menu.tsx'
import { Section } from '../../components/page.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { decimalsOf } from '../../format/money.ts'
import { invoiceHref } from '../invoices/invoice-names.ts'
import { chargeSheet } from './edit-fields.ts'
import { editCall, EditContractTerm } from './edit-term.tsx'
import { RemoveTerm } from './remove-term.tsx'
import { actionColumn, useCanEdit } from './term-menu.tsx'
import { totalOf, type ScheduledCharge } from './term-text.ts'
import { useDialog } from './use-dialog.tsx'

interface Props {
  title: string
  charges: readonly ScheduledCharge[]
  contract: Contract
  /** The API can change charges, but not discounts. */
  canChange: boolean
}

interface Row {
  charge: ScheduledCharge
  item: ScheduledCharge['schedule']['schedule_items'][number]
  isFirst: boolean
}

/** Scheduled charges or discounts, each date in a row. */
export function ScheduledTerms({ title, charges, contract, canChange }: Props) {
  const { shown, open } = useDialog()
  const now = useNow()
  const mayEdit = useCanEdit(contract)
  if (charges.length === 0) return null
  const canEdit = mayEdit && canChange && now !== undefined
  const rows = charges.flatMap((charge) =>
    charge.schedule.schedule_items.map((item, i) => ({ charge, item, isFirst: i === 0 })),
  )
  const columns = [
    ...columnsOf(contract.customer_id, rows),
    ...(canEdit
      ? [
          actionColumn(
            ({ charge }: Row) => nameOf(charge),
            (row) => itemsOf(row, { contract, open, now }),
          ),
        ]
      : []),
  ]
  return (
    <Section title={title}>
      <Table
        label={title}
        rows={rows}
        rowKey={({ item }) => item.id}
        columns={columns}
        footer={<Total charges={charges} rows={rows} canEdit={canEdit} />}
      />
      {shown}
    </Section>
  )
}

/** What can be done to a charge, beside the first of its dates. */
function itemsOf(
  { charge, isFirst }: Row,
  {
    contract,
    open,
    now,
  }: { contract: Contract; open: ReturnType<typeof useDialog>['open']; now: Date },
): MenuItem[] {
  if (!isFirst || charge.archived_at !== undefined) return []
  const name = nameOf(charge)
  return [
    {
      key: 'change',
      label: 'Change…',
      onSelect: () =>
        open((close) => (
          <EditContractTerm
            title={`Change ${name}`}
            sheet={chargeSheet(charge, now)}
            contract={contract}
            verb="update_scheduled_charges"
            reference={{ scheduled_charge_id: charge.id }}
            done="The charge is changed"
            onClose={close}
          />
        )),
    },
    {
      key: 'archive',
      label: 'Archive…',
      isDanger: true,
      onSelect: () =>
        open((close) => (
          <RemoveTerm
            title={`Archive ${name}?`}
            contract={contract}
            name={name}
            call={editCall(contract, { archive_scheduled_charges: [{ id: charge.id }] })}
            after="Archived"
            action="Archive the charge"
            done="The charge is archived"
            onClose={close}
          >
            <p>What is not invoiced of it by now will not be.</p>
          </RemoveTerm>
        )),
    },
  ]
}

function nameOf(charge: ScheduledCharge): string {
  return charge.name ?? charge.product.name
}

function decimalsIn(rows: readonly Row[]): number {
  return decimalsOf(
    rows.map(({ charge, item }) => ({ value: item.amount, unit: charge.schedule.credit_type })),
  )
}

function columnsOf(customerId: string, rows: readonly Row[]): Column<Row>[] {
  const decimals = decimalsIn(rows)
  return [
    { key: 'name', header: 'Name', cell: ({ charge }) => <strong>{nameOf(charge)}</strong> },
    { key: 'at', header: 'Date', cell: ({ item }) => <Time at={item.timestamp} /> },
    {
      key: 'invoice',
      header: 'Invoice',
      cell: ({ charge, item: { invoice_id: id } }) => {
        if (id !== undefined) return <Link href={invoiceHref({ id, customerId })}>Invoice</Link>
        return <span className="muted">{charge.archived_at ? 'Archived' : 'Not yet'}</span>
      },
    },
    {
      key: 'amount',
      header: 'Amount',
      align: 'right',
      cell: ({ charge, item }) => (
        <Amount value={item.amount} unit={charge.schedule.credit_type} decimals={decimals} />
      ),
    },
  ]
}

interface TotalProps {
  charges: readonly ScheduledCharge[]
  rows: readonly Row[]
  canEdit: boolean
}

/** The sum of several dates, if they are in one currency. */
function Total({ charges, rows, canEdit }: TotalProps) {
  const units = new Set(charges.map(({ schedule }) => schedule.credit_type.name))
  const unit = charges[0]?.schedule.credit_type
  if (rows.length < 2 || units.size !== 1 || unit === undefined) return null
  return (
    <tr>
      <td colSpan={3}>Total</td>
      <td className="align-right">
        <Amount
          value={totalOf(rows.map(({ item }) => item))}
          unit={unit}
          decimals={decimalsIn(rows)}
        />
      </td>
      {canEdit && <td />}
    </tr>
  )
}
