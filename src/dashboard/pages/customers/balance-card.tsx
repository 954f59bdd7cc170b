import { useState } from 'react'
import type { Balance } from '../../api/answers.ts'
import { Amount } from '../../components/amount.tsx'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Menu } from '../../components/menu.tsx'
import { Card } from '../../components/page.tsx'
import { Period } from '../../components/time.tsx'
import { decimalText } from '../../format/decimal-text.ts'
import { ArchiveBalance, EditBalance } from '../contracts/edit-balance.tsx'
import { useCanEdit } from '../contracts/term-menu.tsx'
import { useDialog } from '../contracts/use-dialog.tsx'
import { useNames } from '../contracts/use-offering.ts'
import { CustomFields } from '../custom-fields/custom-fields.tsx'
import { BurnDownChart } from './burn-down-chart.tsx'
import { grantedOf, isDeduction } from './burn-down.ts'
import { Ledger } from './ledger.tsx'
import { AddLedgerEntry } from './manual-entry.tsx'
import { scopeParts } from './specifier-text.ts'

const KINDS = { PREPAID: 'Prepaid commit', POSTPAID: 'Postpaid commit', CREDIT: 'Credit' }

interface CardProps {
  balance: Balance
  now: Date
  customerId: string
  /** Whether its chart is there without being asked for. */
  isCharted: boolean
}

/** One commit or credit: what is left of it, how it went, and every entry of its ledger. */
export function BalanceCard({ balance, now, customerId, isCharted }: CardProps) {
  const [isOpen, setIsOpen] = useState(false)
  const { access_schedule: access, ledger, name, product, type } = balance
  const unit = access.credit_type
  const granted = grantedOf(balance)
  const left = decimalText(balance.balance ?? 0)
  const items = access.schedule_items
  const isOver = items.every(({ ending_before }) => new Date(ending_before) <= now)
  const hasLedger = ledger != null && ledger.length > 0
  const isDrawn = !isOver && ledger?.some((entry) => isDeduction(entry.type)) === true
  return (
    <Card className="balance">
      <header className="balance-head">
        <div>
          <h2>{name ?? product.name}</h2>
          <p className="muted">
            {KINDS[type]} ·{' '}
            <Period start={items[0]?.starting_at} end={items.at(-1)?.ending_before} />
            {items.length > 1 && ` in ${items.length} parts`}
            {' · '}priority {decimalText(balance.priority)}
          </p>
        </div>
        <div className="balance-right">
          <div className="balance-left">
            <p className="figure">
              <Amount value={left} unit={unit} />
            </p>
            <p className="muted">
              left of <Amount value={granted} unit={unit} />
            </p>
          </div>
          <BalanceMenu balance={balance} customerId={customerId} />
        </div>
      </header>
      <progress
        className="bar"
        max={Number(granted) || 1}
        value={Math.max(Number(left), 0)}
        aria-label="What is left"
      />
      <p className="badges">
        {isOver && <Badge>Ended</Badge>}
        {balance.archived_at !== undefined && <Badge>Archived</Badge>}
        <Applies balance={balance} />
      </p>
      {hasLedger && ((isCharted && isDrawn) || isOpen) && (
        <BurnDownChart balance={balance} now={now} />
      )}
      {hasLedger && (
        <>
          <Button kind="quiet" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {isOpen
              ? 'Hide the ledger'
              : `Show the ledger, ${ledger.length === 1 ? '1 entry' : `${ledger.length} entries`}`}
          </Button>
          {isOpen && <Ledger {...{ ledger, unit, customerId }} />}
        </>
      )}
      <CustomFields
        entity={type === 'CREDIT' ? 'contract_credit' : 'commit'}
        id={balance.id}
        values={balance.custom_fields}
        isFixed={balance.archived_at !== undefined}
      />
    </Card>
  )
}

/** What can be done to a commit or credit. */
function BalanceMenu({ balance, customerId }: Pick<CardProps, 'balance' | 'customerId'>) {
  const { shown, open } = useDialog()
  if (!useCanEdit(balance)) return null
  const name = balance.name ?? balance.product.name
  const props = { balance, customerId }
  return (
    <>
      <Menu
        label={`Actions of ${name}`}
        className="icon-button"
        align="end"
        button={
          <>
            <span aria-hidden="true">⋯</span>
            <span className="hidden">Actions of {name}</span>
          </>
        }
        items={[
          {
            key: 'entry',
            label: 'Add to it or take from it…',
            onSelect: () => open((close) => <AddLedgerEntry {...props} onClose={close} />),
          },
          {
            key: 'change',
            label: 'Change…',
            onSelect: () => open((close) => <EditBalance {...props} onClose={close} />),
          },
          {
            key: 'archive',
            label: 'Archive…',
            isDanger: true,
            onSelect: () => open((close) => <ArchiveBalance {...props} onClose={close} />),
          },
        ]}
      />
      {shown}
    </>
  )
}

function Applies({ balance }: { balance: Balance }) {
  const { productName } = useNames()
  const parts = scopeParts(balance, productName)
  return <Badge>{parts.length === 0 ? 'For all usage' : `For ${parts.join(' or ')}`}</Badge>
}
