import type { ColorName } from '../../core/embed-options.ts'
import type { EmbedGrant } from '../../http/embed-token.ts'

/** The token of the page's URL, which its requests carry, too. */
export const token = location.pathname.split('/').at(-1) ?? ''

/** What the URL says: which page it is, and how it is to look. */
export const grant: EmbedGrant = readGrant()

function readGrant(): EmbedGrant {
  const payload = token.replace(/^tactus_embed_/, '').split('.')[0] ?? ''
  const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))))
}

/** The present instant of the page's environment. */
export function presentMs(): number {
  return grant.frozen_at ?? Date.now()
}

type LineColor = `UsageLine_${number}`

/** Where the names of colours end up; those of lines go by their number. */
const PROPERTIES: Record<Exclude<ColorName, LineColor>, string[]> = {
  Gray_dark: ['--text'],
  Gray_medium: ['--text-muted'],
  Gray_light: ['--line-strong'],
  Gray_extralight: ['--line', '--surface-sunken'],
  White: ['--canvas', '--surface'],
  Primary_medium: ['--accent', '--accent-text'],
  Primary_light: ['--accent-soft'],
  Primary_green: ['--good'],
  Primary_red: ['--bad'],
  Progress_bar: ['--progress'],
  Progress_bar_background: ['--progress-track'],
  Action: ['--action'],
  Action_hover: ['--action-hover'],
}

/** Puts the colours of the URL in the place of the page's own. */
export function applyColors(): void {
  for (const [name, value] of Object.entries(grant.colors)) {
    const line = /^UsageLine_(\d)$/.exec(name)
    const properties =
      line === null
        ? (PROPERTIES as Record<string, string[]>)[name]
        : [`--series-${Number(line[1]) + 1}`]
    for (const property of properties ?? []) {
      document.documentElement.style.setProperty(property, value)
    }
  }
}

/** How a group key is called on this page. */
export function keyName(key: string): string {
  return grant.group_keys[key]?.name ?? key
}

export function valueName(key: string, value: string | null): string {
  if (value === null) return 'None'
  return grant.group_keys[key]?.values?.[value] ?? value
}
