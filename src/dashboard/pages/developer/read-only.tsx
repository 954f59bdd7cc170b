import { useLocation } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { ButtonLink } from '../../components/button.tsx'
import { Card, Page } from '../../components/page.tsx'

/** Whether an address is of a form that the token someone has signed in with may not send. */
export function useIsReadOnlyForm(): boolean {
  const { scope } = useEnvironment()
  const [location] = useLocation()
  return scope !== 'full' && location.endsWith('/new')
}

/** Says what a token cannot do, in place of a form that would only be refused in the end. */
export function ReadOnly() {
  const { name, token_name: token } = useEnvironment()
  return (
    <Page
      title="This token only reads"
      lead={`“${token}” shows everything of ${name} and changes nothing.`}
    >
      <Card className="wizard-card">
        <p>
          To make something new, sign in with a token of full access, by the menu with the name of
          the environment. Its owner makes one under API tokens.
        </p>
        <div className="actions">
          <ButtonLink href="/developer/api-tokens">API tokens</ButtonLink>
        </div>
      </Card>
    </Page>
  )
}
