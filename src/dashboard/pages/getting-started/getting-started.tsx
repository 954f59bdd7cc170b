import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { useEnvironment } from '../../api/session.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { DemoCompany } from '../../demo/demo-company.tsx'
import { isDemo } from '../../demo/demo-state.ts'
import { readProgress } from './progress.ts'
import type { Progress } from './tour-progress.ts'
import { nextStep, STEPS } from './steps.ts'
import { TourPlace } from './tour-place.tsx'
import { TourStep } from './tour-step.tsx'
import './getting-started.css'

/** From an empty environment to a finalized invoice, in eight steps that are real calls. */
export default function GettingStarted() {
  return isDemo(useEnvironment()) ? <DemoStart /> : <TourStart />
}

function DemoStart() {
  return (
    <Page
      title="The demo company"
      lead="A company that sells language models: four customers, two months of usage. Its clock is its own."
    >
      <DemoCompany />
    </Page>
  )
}

function TourStart() {
  const { id, kind } = useEnvironment()
  const isSandbox = kind === 'SANDBOX'
  const progress = useQuery({
    queryKey: [id, 'getting-started', isSandbox],
    queryFn: ({ signal }) => readProgress(isSandbox, signal),
  })
  return (
    <Page
      title="Getting started"
      lead="From an empty environment to a finalized invoice. Every button makes the call that is written beside it."
    >
      <TourPlace progress={progress.data} />
      {progress.data !== undefined && progress.error !== null && (
        <p className="form-error" role="alert">
          {progress.error.message}
        </p>
      )}
      <Answered query={progress}>{(read) => <Tour progress={read} />}</Answered>
    </Page>
  )
}

function Tour({ progress }: { progress: Progress }) {
  const { step: asked } = useParams<{ step?: string }>()
  const next = nextStep(progress)
  const open = STEPS.find(({ key }) => key === asked) ?? next
  const doneCount = STEPS.filter(({ isDone }) => isDone(progress)).length
  return (
    <>
      <div className="tour-progress">
        <progress className="bar" max={STEPS.length} value={doneCount} aria-label="Steps done" />
        <span className="muted">
          {doneCount} of {STEPS.length} done
        </span>
      </div>
      <ol className="tour">
        {STEPS.map((step, i) => (
          <TourStep
            key={step.key}
            step={step}
            number={i + 1}
            following={STEPS[i + 1]}
            progress={progress}
            isOpen={step === open}
            isNext={step === next}
          />
        ))}
      </ol>
      <Section
        title="In your own code"
        lead="Any client of the API works; this is the official SDK."
      >
        <CodeBlock label="the set-up" text={setUpCode()} />
      </Section>
    </>
  )
}

function setUpCode(): string {
  return `// npm install @metronome/sdk
import Metronome from '@metronome/sdk'

const client = new Metronome({
  baseURL: '${window.location.origin}',
  bearerToken: process.env.TACTUS_TOKEN, // made under Developer, API tokens
})`
}
