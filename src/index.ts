import type { Env } from './env.ts'
import { createApp } from './http/app.ts'
import { runCron } from './jobs/cron.ts'

export { AccountObject } from './objects/account.ts'
export { MeterObject } from './objects/meter.ts'

const app = createApp()

export default {
  fetch: app.fetch,
  scheduled: (controller, env) => runCron(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>
