import { useMutation } from '@tanstack/react-query'
import { download, toSearch } from '../../api/request.ts'
import { saveFile } from '../../api/save-file.ts'
import { useAnnounce } from '../../components/announcer.tsx'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { toExportQuery, type EventQuestion } from './event-question.ts'

/** As many as the API puts into one file. */
const EVENTS_MAX = 100_000

/** Saves the events that fit the filters as CSV. */
export function ExportButton({ question, count }: { question: EventQuestion; count: number }) {
  const announce = useAnnounce()
  const load = useMutation({
    mutationFn: () => download(`/v1/events/export${toSearch(toExportQuery(question))}`),
    onSuccess: (file) => {
      saveFile(file, 'events.csv')
      const limit = EVENTS_MAX.toLocaleString('en')
      if (count > EVENTS_MAX) {
        announce(`The file has the newest ${limit} events; choose a shorter time for the rest.`)
      }
    },
    onError: (error) => announce(error.message),
  })
  return (
    <Button isBusy={load.isPending} onClick={() => load.mutate()}>
      {!load.isPending && <Icon name="download" />} Export CSV
    </Button>
  )
}
