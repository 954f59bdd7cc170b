import { PostgreSQL, sql } from '@codemirror/lang-sql'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import {
  ChangeSet,
  EditorState,
  StateEffect,
  StateField,
  Transaction,
  type Extension,
} from '@codemirror/state'
import { Decoration, EditorView, keymap, lineNumbers, type DecorationSet } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import type { SqlEditorProps } from './sql-editor.tsx'

/**
 * The editor lives in a shadow root: its style sheets are then adopted ones, which the content
 * security policy allows.
 */
export default function SqlEditorView({ value, onChange, label, fault = null }: SqlEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const change = useRef(onChange)
  change.current = onChange
  const isReadOnly = onChange === undefined
  const first = useRef(value)
  useEffect(() => {
    if (host.current === null) return undefined
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' })
    const editor = new EditorView({
      root,
      parent: root,
      doc: first.current,
      extensions: [
        LOOK,
        ...(isReadOnly ? [EditorState.readOnly.of(true)] : [undoing()]),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return
          first.current = update.state.doc.toString()
          change.current?.(first.current)
        }),
      ],
    })
    view.current = editor
    return () => {
      editor.destroy()
      view.current = null
    }
  }, [label, isReadOnly])
  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])
  const [start, end] = [fault?.start ?? null, fault?.end ?? null]
  useEffect(() => {
    view.current?.dispatch({
      effects: showFault.of(start === null ? null : { start, end: end ?? start }),
    })
  }, [start, end])
  return <div ref={host} className="sql-editor" />
}

const showFault = StateEffect.define<{ start: number; end: number } | null>()

const faultMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    const effect = transaction.effects.find((each) => each.is(showFault))
    if (effect === undefined) return marks.map(transaction.changes)
    const { length } = transaction.state.doc
    if (effect.value === null || length === 0) return Decoration.none
    const from = Math.min(effect.value.start, length - 1)
    const to = Math.min(Math.max(effect.value.end, from + 1), length)
    return Decoration.set([Decoration.mark({ class: 'fault' }).range(from, to)])
  },
  provide: (field) => EditorView.decorations.from(field),
})

const UNDO_MAX = 200

/** Takes changes back, one by one, and makes them again. */
function undoing(): Extension {
  const done: ChangeSet[] = []
  const undone: ChangeSet[] = []
  const move = (from: ChangeSet[], to: ChangeSet[]) => (view: EditorView) => {
    const changes = from.pop()
    if (changes === undefined) return true
    to.push(changes.invert(view.state.doc))
    view.dispatch({ changes, annotations: Transaction.addToHistory.of(false) })
    return true
  }
  const [undo, redo] = [move(done, undone), move(undone, done)]
  return [
    EditorView.updateListener.of(({ transactions }) => {
      for (const each of transactions) {
        if (!each.docChanged || each.annotation(Transaction.addToHistory) === false) continue
        done.push(each.changes.invert(each.startState.doc))
        if (done.length > UNDO_MAX) done.shift()
        undone.length = 0
      }
    }),
    keymap.of([
      { key: 'Mod-z', run: undo, preventDefault: true },
      { key: 'Mod-y', run: redo, preventDefault: true },
      { key: 'Mod-Shift-z', run: redo, preventDefault: true },
    ]),
  ]
}

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--accent-text)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--info)' },
  { tag: tags.comment, color: 'var(--text-muted)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--warn)' },
])

const LOOK: Extension = [
  lineNumbers(),
  sql({ dialect: PostgreSQL, upperCaseKeywords: true }),
  syntaxHighlighting(COLOURS),
  EditorView.lineWrapping,
  faultMark,
  EditorView.theme({
    '&': { color: 'var(--text)', fontSize: '13px' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
    '.cm-content': { padding: '12px 0', minHeight: '160px', caretColor: 'var(--text)' },
    '.cm-content[aria-readonly=true]': { minHeight: '0' },
    '.cm-line': { padding: '0 12px' },
    '.cm-gutters': {
      color: 'var(--text-muted)',
      backgroundColor: 'transparent',
      border: 'none',
      paddingLeft: '8px',
    },
    '.fault': {
      textDecoration: 'underline wavy var(--bad)',
      textUnderlineOffset: '3px',
      backgroundColor: 'var(--bad-soft)',
    },
  }),
]
