import { useState } from 'react'
import { useLocation } from 'wouter'
import { findCustomers } from '../../api/find-customers.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { PickerField } from '../../components/picker-field.tsx'
import type { Package } from '../offering/answers.ts'

/** Asks whose contract is to be made from a package, and goes on where contracts are made. */
export function ContractFromPackage({ pack: { id, name } }: { pack: Package }) {
  const [, navigate] = useLocation()
  const [isAsking, setIsAsking] = useState(false)
  const close = () => setIsAsking(false)
  const find = async (text: string, signal: AbortSignal) => {
    const customers = await findCustomers(text, signal, 20)
    return customers.map((each) => ({ value: each.id, label: each.name }))
  }
  return (
    <>
      <Button kind="primary" onClick={() => setIsAsking(true)}>
        New contract…
      </Button>
      {isAsking && (
        <Dialog title={`A contract from ${name}`} onClose={close}>
          <div className="form form-with-choices">
            <PickerField
              name="customer_id"
              label="Customer"
              hint="The next page asks when the contract starts."
              kind="customers"
              value=""
              valueText=""
              find={find}
              onChange={(customerId) =>
                navigate(`/customers/${customerId}/contracts/new?package=${id}`)
              }
            />
          </div>
          <footer className="dialog-foot">
            <Button onClick={close}>Cancel</Button>
          </footer>
        </Dialog>
      )}
    </>
  )
}
