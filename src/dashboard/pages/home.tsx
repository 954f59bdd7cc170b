import { Redirect } from 'wouter'
import type { Customer } from '../api/answers.ts'
import { useAnswer } from '../api/use-answer.ts'
import { Answered } from '../components/states.tsx'

/** An empty environment begins with the tour, all others with their customers. */
export default function Home() {
  const customers = useAnswer<Customer[]>({ path: '/v1/customers', query: { limit: 1 } })
  return (
    <Answered query={customers}>
      {({ length }) => <Redirect to={length === 0 ? '/getting-started' : '/customers'} replace />}
    </Answered>
  )
}
