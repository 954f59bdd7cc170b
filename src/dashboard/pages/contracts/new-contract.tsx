import { useLocation, useParams, useSearchParams } from 'wouter'
import type { Contract, Customer } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useNow } from '../../api/use-clock.ts'
import { Page } from '../../components/page.tsx'
import { Answered, Loading } from '../../components/states.tsx'
import { BillingStep } from './billing-step.tsx'
import {
  buildContract,
  STEPS,
  stepOfRefusal,
  type ContractDraft,
  type Former,
  type Step,
} from './contract-draft.ts'
import { contractName } from './contract-names.ts'
import { PricingStep, type StepProps } from './pricing-step.tsx'
import { ReviewStep } from './review-step.tsx'
import { TermsStep } from './terms-step.tsx'
import { useKeptDraft } from './use-kept-draft.ts'
import { useStep } from './use-step.ts'
import { draftChoices, useTermContext } from './use-term-context.ts'
import { Wizard } from './wizard.tsx'
import '../offering/offering.css'
import './contracts.css'

/** Puts a contract together for a customer: pricing, billing, terms, and a look at what it bills. */
export default function NewContract() {
  const { customerId } = useParams<{ customerId: string }>()
  const [search] = useSearchParams()
  const from = search.get('from') ?? ''
  const packageId = search.get('package') ?? ''
  const now = useNow()
  const customer = useAnswer<Customer>({ path: `/v1/customers/${customerId}` })
  const former = useAnswer<Contract>({
    path: '/v2/contracts/get',
    body: { customer_id: customerId, contract_id: from },
    enabled: from !== '',
  })
  const isReady = now !== undefined && (from === '' || former.data !== undefined)
  const title =
    from === ''
      ? 'New contract'
      : `Take over from ${former.data ? contractName(former.data) : 'a contract'}`
  return (
    <Page
      title={title}
      crumbs={[
        { label: 'Customers', href: '/customers' },
        { label: customer.data?.name ?? 'Customer', href: `/customers/${customerId}` },
      ]}
    >
      {former.error && <Answered query={former}>{() => null}</Answered>}
      {!former.error && !isReady && <Loading />}
      {isReady && (
        <ContractWizard
          key={from + packageId}
          customerId={customerId}
          initial={initialDraft(now, former.data, packageId)}
          former={
            from === ''
              ? null
              : { id: from, type: search.get('type') === 'SUPERSEDE' ? 'SUPERSEDE' : 'RENEWAL' }
          }
        />
      )}
    </Page>
  )
}

/** From the first of this month, or what the former contract has, from its end on. */
function initialDraft(now: Date, former: Contract | undefined, packageId: string): ContractDraft {
  const today = now.toISOString().slice(0, 10)
  return {
    source: packageId === '' ? 'rate_card' : 'package',
    rateCardId: former?.rate_card_id ?? '',
    packageId,
    start:
      former === undefined
        ? `${today.slice(0, 8)}01`
        : (former.ending_before?.slice(0, 10) ?? today),
    end: '',
    name: former?.name ?? '',
    frequency: former?.usage_statement_schedule.frequency ?? 'MONTHLY',
    day: 'FIRST_OF_MONTH',
    anchor: '',
    netTerms:
      former?.net_payment_terms_days === undefined ? '' : String(former.net_payment_terms_days),
    prioritization: former?.multiplier_override_prioritization ?? '',
    terms: [],
    trueup: '',
    more: {},
  }
}

interface WizardProps {
  customerId: string
  initial: ContractDraft
  former: Former | null
}

function ContractWizard({ customerId, initial, former }: WizardProps) {
  const [, navigate] = useLocation()
  const { id: environmentId } = useEnvironment()
  const kept = useKeptDraft(
    `${environmentId} ${customerId} ${former?.id ?? initial.packageId}`,
    initial,
  )
  const { draft } = kept
  const steps: readonly Step[] =
    draft.source === 'package' ? STEPS.filter((each) => each !== 'terms') : STEPS
  const [step, setStep] = useStep(steps)
  const context = useTermContext({
    rateCardId: draft.rateCardId,
    start: draft.start,
    end: draft.end,
    ...draftChoices(draft.terms),
  })
  const create = useAction<object, { data: { id: string } }>({
    path: '/v1/contracts/create',
    done: 'The contract is created',
    onSuccess: ({ data: { id } }) => {
      kept.forget()
      navigate(`/customers/${customerId}/contracts/${id}`)
    },
  })
  if (context.data === undefined) {
    return <Answered query={context}>{() => null}</Answered>
  }
  const body = buildContract(draft, { customerId, former, context: context.data })
  const shared = { draft, onChange: kept.change, context: context.data }
  return (
    <Wizard
      {...{ steps, step, kept, body }}
      onStep={setStep}
      creation={create}
      action="Create the contract"
      stepOf={stepOfRefusal}
    >
      <StepFields {...shared} step={step} former={former} body={body} />
    </Wizard>
  )
}

interface StepFieldsProps extends StepProps {
  step: Step
  former: Former | null
  body: Record<string, unknown>
}

/** Fields of other steps stay, so that refusals find them. */
function StepFields({ step, former, body, ...shared }: StepFieldsProps) {
  return (
    <>
      <div hidden={step !== 'pricing'}>
        <PricingStep {...shared} former={former} />
      </div>
      <div hidden={step !== 'billing'}>
        <BillingStep {...shared} />
      </div>
      <div hidden={step !== 'terms'}>
        <TermsStep {...shared} />
      </div>
      {step === 'review' && <ReviewStep {...shared} body={body} />}
    </>
  )
}
