import { useParams } from 'wouter'
import { useAnswer } from '../../api/use-answer.ts'
import { JsonView } from '../../components/json-view.tsx'
import { Card, Facts, Section } from '../../components/page.tsx'
import { Time } from '../../components/time.tsx'
import type { Package } from '../offering/answers.ts'
import { AliasSchedule } from '../offering/alias-schedule.tsx'
import { ArchiveAction } from '../offering/archive-action.tsx'
import { DetailPage } from '../offering/detail-page.tsx'
import { RenameAction } from '../offering/rename-action.tsx'
import { ContractFromPackage } from './contract-from-package.tsx'
import { PackageContracts } from './package-contracts.tsx'
import { packageFacts } from './package-facts.tsx'
import { PackageTerms } from './package-terms.tsx'

const LIST = { label: 'Packages', href: '/offering/packages' }
const UPDATE = '/v1/packages/update'

export default function PackagePage() {
  const { packageId } = useParams<{ packageId: string }>()
  const pack = useAnswer<Package>({ path: '/v1/packages/get', body: { package_id: packageId } })
  return (
    <DetailPage
      kind="Package"
      list={LIST}
      query={pack}
      head={({ id, name, archived_at }) => ({ id, name, isArchived: archived_at !== undefined })}
      actions={(shown) => <PackageActions pack={shown} />}
    >
      {(shown) => <Shown pack={shown} />}
    </DetailPage>
  )
}

function PackageActions({ pack }: { pack: Package }) {
  const { id, name } = pack
  return (
    <>
      <ArchiveAction
        noun="package"
        name={name}
        path="/v1/packages/archive"
        body={{ package_id: id }}
      >
        <p>Its contracts stay, and no new ones are made from it. This cannot be taken back.</p>
      </ArchiveAction>
      <RenameAction noun="package" path={UPDATE} body={{ package_id: id }} name={name} />
      <ContractFromPackage pack={pack} />
    </>
  )
}

function Shown({ pack }: { pack: Package }) {
  const { id, aliases, created_at, created_by, archived_at } = pack
  const facts = [
    ...packageFacts(pack),
    { label: 'Created', value: <Time at={created_at} /> },
    { label: 'By', value: created_by },
  ]
  return (
    <>
      <Card>
        <Facts layout="list" facts={facts} />
      </Card>
      <PackageTerms pack={pack} />
      <AliasSchedule
        aliases={aliases}
        path={UPDATE}
        body={{ package_id: id }}
        lead="Names by which contracts find the package, as of their start."
        isFixed={archived_at !== undefined}
      />
      <PackageContracts packageId={id} />
      <Section title="As the API has it">
        <JsonView value={pack} label="package" />
      </Section>
    </>
  )
}
