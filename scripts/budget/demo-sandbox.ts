import { buildCompany } from '../../src/dashboard/demo/build-company.ts'
import { demoApi } from '../../src/dashboard/demo/demo-api.ts'
import { demoTimes } from '../../src/dashboard/demo/demo-times.ts'

/** A sandbox of its own with the demo company. */
export async function demoSandbox(url: string, outerToken: string): Promise<string> {
  const times = demoTimes(new Date())
  const now = new Date(times.monthMs).toISOString()
  const { data } = await demoApi(url, outerToken).post<{ data: { token: string } }>(
    '/v1/sandboxes',
    { name: 'Demo company', now },
  )
  await buildCompany(demoApi(url, data.token), times)
  return data.token
}
