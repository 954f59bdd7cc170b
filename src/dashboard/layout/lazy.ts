import { createElement, useEffect, useState, type ComponentType } from 'react'
import { Loading } from '../components/states.tsx'

type Load = () => Promise<{ default: ComponentType }>

/** A page whose code is loaded when it is first shown, or before by `load`. */
export type LazyPage = ComponentType & { load: () => Promise<void> }

/**
 * As React's own, but without its wait of 300 ms before what was loaded takes the place of the
 * sign that it is loading: code comes sooner than that.
 */
export function lazy(load: Load): LazyPage {
  let loaded: ComponentType | undefined
  const loadPage = async () => {
    loaded = (await load()).default
  }
  function Page() {
    const [, setIsLoaded] = useState(loaded !== undefined)
    const [error, setError] = useState<unknown>()
    useEffect(() => {
      if (loaded === undefined) loadPage().then(() => setIsLoaded(true), setError)
    }, [])
    // For the boundary around the page, which offers to try again.
    if (error !== undefined) throw error
    return createElement(loaded ?? Loading)
  }
  return Object.assign(Page, { load: loadPage })
}
