/** Beats of a bar. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M8 20.5V17M13.3 23V11.5M18.7 20.5V14M24 23V8.5" />
    </svg>
  )
}
