/**
 * Events live until their flush is durable, longer than V8's small nursery lasts: in a larger one
 * they die without being copied first.
 */
const V8_FLAGS = '--min-semi-space-size=16 --max-semi-space-size=32'

/** Sets what Miniflare passes on to the runtime, unless the caller has set something else. */
export function setRuntimeFlags(): void {
  process.env['MINIFLARE_WORKERD_V8_FLAGS'] ??= V8_FLAGS
}
