/** Lets the browser keep a file under a name. */
export function saveFile(file: Blob, name: string): void {
  const anchor = document.createElement('a')
  anchor.href = URL.createObjectURL(file)
  anchor.download = name
  anchor.click()
  // The browser may begin to read it a moment later.
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000)
}
