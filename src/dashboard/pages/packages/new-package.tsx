import { useLocation } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { Card, Facts, Page, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { STEPS, type Step } from '../contracts/contract-draft.ts'
import { SdkCall } from '../contracts/sdk-call.tsx'
import { TermsStep } from '../contracts/terms-step.tsx'
import type { TermContext } from '../contracts/term.ts'
import { draftChoices, useTermContext } from '../contracts/use-term-context.ts'
import { useKeptDraft } from '../contracts/use-kept-draft.ts'
import { useStep } from '../contracts/use-step.ts'
import { Wizard } from '../contracts/wizard.tsx'
import type { Package } from '../offering/answers.ts'
import { useCardOfAlias } from '../offering/pickers.tsx'
import { buildPackage, EMPTY_PACKAGE, stepOfRefusal } from './package-draft.ts'
import { packageFacts } from './package-facts.tsx'
import { PACKAGE_KINDS } from './package-kinds.ts'
import { NameStep, PackageBillingStep, type PackageStepProps } from './package-steps.tsx'
import { PackageTerms } from './package-terms.tsx'
import { previewPackage } from './preview-package.ts'
import '../contracts/contracts.css'
import '../offering/offering.css'

/** Puts a package together: prices, billing, terms whose times count from each contract's start. */
export default function NewPackage() {
  const { scope, id: environmentId } = useEnvironment()
  const [, navigate] = useLocation()
  const kept = useKeptDraft(`${environmentId} package`, EMPTY_PACKAGE)
  const { draft } = kept
  const [step, setStep] = useStep(STEPS)
  const ofAlias = useCardOfAlias(draft.source === 'alias' ? draft.rateCardAlias.trim() : '')
  const rateCardId = draft.source === 'card' ? draft.rateCardId : ofAlias?.id
  const context = useTermContext({
    rateCardId,
    start: '',
    end: '',
    ...draftChoices(draft.terms),
  })
  const create = useAction<object, { data: { id: string } }>({
    path: '/v1/packages/create',
    done: 'The package is made',
    onSuccess: ({ data: { id } }) => {
      kept.forget()
      navigate(`/offering/packages/${id}`)
    },
  })
  return (
    <Page
      title="New package"
      crumbs={[{ label: 'Packages', href: '/offering/packages' }]}
      lead="Terms for many contracts. Their times count from the start of each."
    >
      <Answered query={context}>
        {(read) => {
          const body = buildPackage(draft, read)
          return (
            <Wizard
              {...{ step, kept, body }}
              steps={STEPS}
              onStep={setStep}
              creation={create}
              action="Create the package"
              mayCreate={scope === 'full'}
              stepOf={stepOfRefusal}
            >
              <StepOf {...{ step, draft, body }} context={read} onChange={kept.change} />
            </Wizard>
          )
        }}
      </Answered>
    </Page>
  )
}

interface StepProps extends PackageStepProps {
  step: Step
  context: TermContext
  body: Record<string, unknown>
}

/** All steps are there at once, so that a refusal finds the field that it names. */
function StepOf({ step, draft, context, body, onChange }: StepProps) {
  return (
    <>
      <div hidden={step !== 'pricing'}>
        <NameStep draft={draft} onChange={onChange} />
      </div>
      <div hidden={step !== 'billing'}>
        <PackageBillingStep draft={draft} onChange={onChange} />
      </div>
      <div hidden={step !== 'terms'}>
        <TermsStep
          draft={draft}
          context={context}
          onChange={onChange}
          kinds={PACKAGE_KINDS}
          lead="Without any, its contracts bill usage by the rate card and nothing else."
        />
      </div>
      {step === 'review' && <Review body={body} pack={previewPackage(body, context)} />}
    </>
  )
}

function Review({ body, pack }: { body: object; pack: Package }) {
  return (
    <>
      <Card>
        <p className="review-lead">{pack.name === '' ? 'A package without a name' : pack.name}</p>
        <Facts layout="list" facts={packageFacts(pack)} />
      </Card>
      <PackageTerms pack={pack} />
      <Section title="The same by the SDK">
        <SdkCall method="v1.packages.create" body={body} />
      </Section>
    </>
  )
}
