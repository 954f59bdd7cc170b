import type { ReactNode } from 'react'
import { useEnvironment } from '../../api/session.ts'
import { Badge } from '../../components/badge.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { Page, type Crumb } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import './offering.css'

/** What the head of a page says of one thing. */
export interface DetailHead {
  id: string
  name: string
  isArchived?: boolean
  /** Said before its id. */
  about?: string | undefined
}

interface Props<Thing> {
  /** What it is, while it is not known by name. */
  kind: string
  /** The list that it is in. */
  list: Crumb
  query: { data: Thing | undefined; error: Error | null; refetch: () => unknown }
  head: (thing: Thing) => DetailHead
  /** For those who may change it, as long as it is not archived. */
  actions?: (thing: Thing) => ReactNode
  children: (thing: Thing) => ReactNode
}

/** A page about one thing of the offering. */
export function DetailPage<Thing>({ kind, list, query, head, actions, children }: Props<Thing>) {
  const { scope } = useEnvironment()
  const { data } = query
  if (data === undefined) {
    return (
      <Page title={kind} crumbs={[list]}>
        <Answered query={query}>{() => null}</Answered>
      </Page>
    )
  }
  const { id, name, isArchived = false, about = '' } = head(data)
  return (
    <Page
      title={name}
      crumbs={[list]}
      heading={
        <>
          {name} {isArchived && <Badge>Archived</Badge>}
        </>
      }
      lead={
        <>
          {about !== '' && (
            <>
              {about}
              <br />
            </>
          )}
          <CopyableId id={id} />
        </>
      }
      {...(scope === 'full' && !isArchived && actions && { actions: actions(data) })}
    >
      {children(data)}
    </Page>
  )
}
