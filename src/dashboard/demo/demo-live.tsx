import { useEffect } from 'react'
import { useEnvironment } from '../api/session.ts'
import { isDemo, useDemoLoad } from './demo-state.ts'

/** While a page of the demo company is open, its customers go on using what they bought. */
export function DemoLive() {
  const environment = useEnvironment()
  const { state } = useDemoLoad()
  const { id } = environment
  const isLive = isDemo(environment) && state !== 'loading'
  useEffect(() => {
    if (!isLive) return undefined
    let stop = () => {}
    let isOver = false
    void import('./live-events.ts').then(({ sendLiveEvents }) => {
      if (!isOver) stop = sendLiveEvents(id)
    })
    return () => {
      isOver = true
      stop()
    }
  }, [isLive, id])
  return null
}
