import type { Balance, LedgerEntry } from '../api/answers.ts'
import { addDecimals, decimalText } from '../format/decimal-text.ts'
import type { Unit } from '../format/money.ts'
import { formatDay } from '../format/time-text.ts'
import { entryName } from '../pages/customers/burn-down.ts'
import { useContractNames, type NameContract } from './contract-names.tsx'
import { grant, presentMs } from './grant.ts'
import { useRows } from './read.ts'
import { Money, Shown } from './shown.tsx'

const NONE = 'There are no commits or credits yet.'

/** What is left of the customer's commits and credits, when it is to be used, and what used it. */
export function Balances() {
  const reading = useRows<Balance>({
    path: '/v1/contracts/customerBalances/list',
    body: {
      customer_id: grant.customer_id,
      include_contract_balances: true,
      include_balance: true,
      include_ledgers: true,
      limit: 25,
    },
  })
  const nameContract = useContractNames()
  const unitId = grant.options['credit_ledger_credit_type_id']
  return (
    <Shown reading={reading} none={NONE}>
      {(all) => {
        const shown = all.filter((balance) => unitId === undefined || unitOf(balance).id === unitId)
        const [present, past] = [shown.filter(isPresent), shown.filter((each) => !isPresent(each))]
        if (shown.length === 0) return <p className="note">{NONE}</p>
        return (
          <>
            <Cards balances={present} nameContract={nameContract} />
            {past.length > 0 && <h2 className="part">Past</h2>}
            <Cards balances={past} nameContract={nameContract} />
          </>
        )
      }}
    </Shown>
  )
}

interface CardsProps {
  balances: Balance[]
  nameContract: NameContract
}

function Cards({ balances, nameContract }: CardsProps) {
  return (
    <ul className="cards">
      {balances.map((balance) => (
        <BalanceCard
          key={balance.id}
          balance={balance}
          contract={nameContract(balance.contract?.id)}
        />
      ))}
    </ul>
  )
}

/** It can be used, now or later. */
function isPresent({ access_schedule: { schedule_items } }: Balance): boolean {
  return schedule_items.some(({ ending_before }) => Date.parse(ending_before) > presentMs())
}

function unitOf({ access_schedule: { credit_type } }: Balance): Unit {
  return credit_type ?? { name: 'USD (cents)' }
}

interface BalanceCardProps {
  balance: Balance
  contract: string | undefined
}

function BalanceCard({ balance, contract }: BalanceCardProps) {
  const unit = unitOf(balance)
  const items = balance.access_schedule.schedule_items
  const granted = addDecimals(items.map(({ amount }) => decimalText(amount)))
  const left = decimalText(balance.balance ?? 0)
  // For drawing only.
  const share = Number(granted) === 0 ? 0 : Number(left) / Number(granted)
  const name = balance.name ?? balance.product.name
  const entries = balance.ledger ?? []
  const isNamed = grant.options['hide_grant_name'] !== 'true'
  return (
    <li className="card">
      <details>
        <summary>
          <span>
            {isNamed ? name : balance.type === 'CREDIT' ? 'Credit' : 'Commit'}
            {contract !== undefined && <span className="group">{contract}</span>}
            <progress max={1} value={Math.min(Math.max(share, 0), 1)} aria-label="Left" />
          </span>
          <span>
            <Money value={left} unit={unit} /> of <Money value={granted} unit={unit} /> left
          </span>
        </summary>
        <h2>Access</h2>
        <table aria-label="Access">
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <td>
                  {formatDay(new Date(item.starting_at))} until{' '}
                  {formatDay(new Date(item.ending_before))}
                </td>
                <td className="end">
                  <Money value={item.amount} unit={unit} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {entries.length > 0 && <h2>Grants and deductions</h2>}
        <table aria-label="Grants and deductions" hidden={entries.length === 0}>
          <tbody>
            {entries.map((entry, i) => (
              <Entry key={i} entry={entry} unit={unit} />
            ))}
          </tbody>
        </table>
      </details>
    </li>
  )
}

function Entry({ entry, unit }: { entry: LedgerEntry; unit: Unit }) {
  return (
    <tr>
      <td>{formatDay(new Date(entry.timestamp))}</td>
      <td>{entryName(entry.type)}</td>
      <td className="end">
        <Money value={entry.amount} unit={unit} />
      </td>
    </tr>
  )
}
