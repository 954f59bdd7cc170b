const PATHS = {
  start: 'M3 13V3.500l4.5 2 5-2v6.500l-5 2-4.5-2',
  customers:
    'M6 7.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.500c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 2.800a2.5 2.5 0 0 1 0 4.400M12 9.800c1.5.6 2.5 1.900 2.5 3.700',
  invoices: 'M3.5 1.500h9v13l-2.25-1.500L8 14.5 5.750 13 3.5 14.500ZM6 5.500h4M6 8.500h4',
  offering: 'M1.5 8V2.500a1 1 0 0 1 1-1H8l6.5 6.5-6.5 6.500ZM5 5h.01',
  events: 'M1.5 8.500h3l2-6 3 11 2-5h3',
  developer: 'M5 4.5 1.5 8 5 11.500M11 4.5 14.5 8 11 11.500M9.300 2.5 6.700 13.5',
  copy: 'M5.5 5.500v-4h9v9h-4M1.5 5.500h9v9h-9Z',
  check: 'M2.5 8.5 6 12l7.5-8',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  search: 'M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM14 14l-3.400-3.400',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 .8v1.700M8 13.500v1.700M.8 8h1.700M13.5 8h1.700M2.900 2.900l1.200 1.200M11.900 11.900l1.200 1.200M2.900 13.100l1.200-1.200M11.900 4.100l1.200-1.200',
  moon: 'M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7Z',
  close: 'M3.5 3.500l9 9M12.5 3.500l-9 9',
  plus: 'M8 3v10M3 8h10',
  external: 'M9.5 2.500h4v4M13.5 2.500l-6 6M11.5 9.500v4h-9v-9h4',
  menu: 'M2 4.500h12M2 8h12M2 11.500h12',
  download: 'M8 2v8.500M4.5 7.5 8 11l3.5-3.500M2.5 13.500h11',
  out: 'M6 14H2.500V2H6M10.5 11.5 14 8l-3.5-3.500M14 8H6',
  system: 'M1.5 2.500h13v8.500h-13ZM5.5 14h5M8 11v3',
} as const

export type IconName = keyof typeof PATHS

/** A drawing that says nothing that its neighbour does not say in words. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
