import { defineMetric } from '../../src/core/catalog/define-metric.ts'
import { isSqlMetric, type SqlMetric } from '../../src/core/metering/metric.ts'

/** A SQL metric as it is created. */
export function sqlMetric(sql: string, id = 'metric'): SqlMetric {
  const defined = defineMetric({ name: 'Metric', sql })
  if (!defined.ok) throw new Error(defined.error.message)
  const metric = { ...defined.value.metric, id }
  if (!isSqlMetric(metric)) throw new Error('a query makes a SQL metric')
  return metric
}
