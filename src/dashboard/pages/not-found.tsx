import { ButtonLink } from '../components/button.tsx'
import { Page } from '../components/page.tsx'
import { Empty } from '../components/states.tsx'

export default function NotFound() {
  return (
    <Page title="No such page">
      <Empty
        title="There is nothing at this address"
        action={<ButtonLink href="/customers">Go to customers</ButtonLink>}
      >
        It may have been mistyped, or what it led to is in another environment.
      </Empty>
    </Page>
  )
}
