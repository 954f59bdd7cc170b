import { useLocation, useParams, useSearchParams } from 'wouter'
import type { Contract, Customer } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Form } from '../../components/form.tsx'
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
import { StepHeading, StepList } from './step-list.tsx'
import { TermsStep } from './terms-step.tsx'
import { useKeptDraft } from './use-kept-draft.ts'
import { useStep } from './use-step.ts'
import { draftChoices, useTermContext } from './use-term-context.ts'
import '../offering/offering.css'
import './contracts.css'

/** Puts a contract together for a customer: pricing, billing, terms, and a look at what it bills. */
export default function NewContract() {
  const { customerId } = useParams<{ customerId: string }>()
  const [search] = useSearchParams()
  const from = search.get('from') ?? ''
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
        <Wizard
          key={from}
          customerId={customerId}
          initial={initialDraft(now, former.data, search.get('package') ?? '')}
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

function Wizard({ customerId, initial, former }: WizardProps) {
  const [, navigate] = useLocation()
  const { id: environmentId } = useEnvironment()
  const kept = useKeptDraft(`${environmentId} ${customerId} ${former?.id ?? ''}`, initial)
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
  const at = steps.indexOf(step)
  const submit = () => {
    const next = steps[at + 1]
    if (next !== undefined) {
      setStep(next)
      window.scrollTo({ top: 0 })
      return
    }
    create.mutate(body, {
      onError: ({ message }) => {
        setStep(stepOfRefusal(message) ?? 'review')
        requestAnimationFrame(focusFirstError)
      },
    })
  }
  const shared = { draft, onChange: kept.change, context: context.data }
  return (
    <Form error={create.error} onSubmit={submit} className="wizard">
      <StepList steps={steps} current={step} onStep={setStep} />
      <StepHeading step={step} />
      {kept.isRestored && (
        <p className="callout wizard-kept">
          This is what you had put together before.
          <Button onClick={kept.startOver}>Start over</Button>
        </p>
      )}
      <StepFields {...shared} step={step} former={former} body={body} />
      <footer className="wizard-foot">
        {at > 0 && <Button onClick={() => setStep(steps[at - 1] ?? 'pricing')}>Back</Button>}
        <Button type="submit" kind="primary" isBusy={create.isPending}>
          {step === 'review' ? 'Create the contract' : 'Continue'}
        </Button>
      </footer>
    </Form>
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

function focusFirstError(): void {
  document.querySelector<HTMLElement>('.wizard [aria-invalid=true]')?.focus()
}
