import type { ByteWriter } from './byte-writer.ts'

export interface OutlinePoint {
  x: number
  y: number
  /** On the curve, or one that bends it. */
  isOn: boolean
}

type Box = [number, number, number, number]

/** Writes a glyph of these contours, in whole units, and returns where it begins on the left. */
export function writeOutline(
  contours: readonly (readonly OutlinePoint[])[],
  glyf: ByteWriter,
  box?: Box,
): number {
  const points = contours.flat()
  const edges = box ?? boxOf(points)
  glyf.int16(contours.length)
  for (const edge of edges) glyf.int16(edge)
  let last = -1
  for (const contour of contours) {
    last += contour.length
    glyf.uint16(last)
  }
  // No instructions.
  glyf.uint16(0)
  for (const { isOn } of points) glyf.uint8(isOn ? 1 : 0)
  for (const axis of ['x', 'y'] as const) {
    let before = 0
    for (const point of points) {
      glyf.int16(point[axis] - before)
      before = point[axis]
    }
  }
  return edges[0]
}

function boxOf(points: readonly OutlinePoint[]): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y } of points) {
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  return box
}
