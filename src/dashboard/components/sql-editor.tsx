import { lazy, Suspense } from 'react'

export interface SqlEditorProps {
  value: string
  onChange?: (value: string) => void
  /** What it holds, for those who do not see it. */
  label: string
  /** Where in the text something is wrong: character offsets, the end is exclusive. */
  fault?: { start: number; end: number } | null
}

const SqlEditorView = lazy(() => import('./sql-editor-view.tsx'))

/** SQL in colours; read only without `onChange`. The editor is loaded when it is first shown. */
export function SqlEditor(props: SqlEditorProps) {
  return (
    <Suspense fallback={<pre className="sql-editor sql-editor-waiting">{props.value}</pre>}>
      <SqlEditorView {...props} />
    </Suspense>
  )
}
