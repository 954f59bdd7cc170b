import { buildCompany } from '../../src/dashboard/demo/build-company.ts'
import { demoApi } from '../../src/dashboard/demo/demo-api.ts'
import { demoTimes } from '../../src/dashboard/demo/demo-times.ts'
import { createSandbox, type Sandbox } from './sign-in.ts'
import { SERVER_URL } from './browser-test.ts'

/** A sandbox with the demo company, as the page makes it. */
export async function createDemo(): Promise<Sandbox> {
  const times = demoTimes(new Date())
  const sandbox = await createSandbox('Demo', new Date(times.monthMs).toISOString())
  await buildCompany(demoApi(SERVER_URL, sandbox.token), times)
  return sandbox
}
