import { usePages } from '../../api/use-pages.ts'
import { SearchFilter, SelectFilter, useFilter } from '../../components/filters.tsx'
import { shiftDecimal } from '../../format/decimal-text.ts'
import { unitName } from '../../format/money.ts'
import { plainNumber } from '../../format/plain-number.ts'

interface CreditType {
  id: string
  name: string
  is_currency: boolean
}

/** Narrows a list of invoices to a currency, and in one to totals from here to there. */
export function TotalFilters() {
  const { units, unit } = useCurrency()
  const [unitId, setUnitId] = useFilter('currency')
  const [least, setLeast] = useFilter('least')
  const [most, setMost] = useFilter('most')
  const currencies = units.map((each) => ({ value: each.id, label: unitName(each) }))
  return (
    <>
      <SelectFilter
        label="Currency"
        value={unitId}
        choices={[{ value: '', label: 'All currencies' }, ...currencies]}
        onChange={setUnitId}
      />
      {unit !== undefined && (
        <>
          <SearchFilter size="small" label="Total at least" value={least} onChange={setLeast} />
          <SearchFilter size="small" label="Total at most" value={most} onChange={setMost} />
        </>
      )}
    </>
  )
}

/** The same for the list's question. Without a currency, a total means nothing. */
export function useTotalQuery() {
  const { unit } = useCurrency()
  const [unitId] = useFilter('currency')
  const [least] = useFilter('least')
  const [most] = useFilter('most')
  return {
    credit_type_id: unitId,
    minimum_total: unit && totalIn(unit, least),
    maximum_total: unit && totalIn(unit, most),
  }
}

/** What invoices may be in: pricing units are converted on them. */
function useCurrency(): { units: CreditType[]; unit: CreditType | undefined } {
  const { rows } = usePages<CreditType>({ path: '/v1/credit-types/list', limit: 100 })
  const [unitId] = useFilter('currency')
  const units = rows.filter(({ is_currency }) => is_currency)
  return { units, unit: units.find(({ id }) => id === unitId) }
}

/** A total as people write it, in the unit that the API has: dollars are cents there. */
function totalIn({ name }: CreditType, text: string): string {
  const plain = plainNumber(text)
  const isCents = name === 'USD (cents)' && /^-?\d+(\.\d*)?$/.test(plain)
  return isCents ? shiftDecimal(plain, -2) : plain
}
