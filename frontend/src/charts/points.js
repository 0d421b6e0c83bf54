/**
 * The points of a drawing: {label, text, state, href, col, row}, walked by arrow keys and found under the pointer.
 * col and row are whole numbers that say where a point stands beside the others; without them the order counts.
 */
const REACH = 22 // px from a point at which the pointer still means it: half of a touch target
const EDGE = 3 // px from a box at which the pointer still means it

const PAGES = { PageDown: 10, PageUp: -10 }
const WAYS = { ArrowRight: ['col', 1], ArrowLeft: ['col', -1], ArrowDown: ['row', 1], ArrowUp: ['row', -1] }

/** Returns the point that a key leads to, null when there is none, undefined when the key is not ours. */
export function step(points, current, key) {
  if (key === 'Home') return points[0] ?? null
  if (key === 'End') return points[points.length - 1] ?? null
  const page = PAGES[key]
  if (!WAYS[key] && !page) return undefined
  if (!current) return points[0] ?? null
  if (page) return points[Math.min(points.length - 1, Math.max(0, points.indexOf(current) + page))]
  const [axis, sign] = WAYS[key]
  const across = axis === 'col' ? 'row' : 'col'
  if (points.every((p) => p[axis] === points[0][axis])) {
    return points[points.indexOf(current) + sign] ?? null
  }
  let best = null
  let bestCost = Infinity
  for (const point of points) {
    const ahead = (point[axis] - current[axis]) * sign
    if (!(ahead > 0)) continue
    // Straight on is cheap, aside is dear: an arrow keeps its line as long as there is something on it.
    const cost = ahead + 20 * Math.abs(point[across] - current[across])
    if (cost < bestCost) [best, bestCost] = [point, cost]
  }
  return best
}

/** Returns the point whose box holds x, y, or else the nearest of those without a box within reach, or null. */
export function nearest(points, places, x, y) {
  let best = null
  let bestDistance = Infinity
  places.forEach((place, i) => {
    if (!place) return
    const dx = Math.max(0, Math.abs(x - place.x) - (place.width ?? 0) / 2)
    const dy = Math.max(0, Math.abs(y - place.y) - (place.height ?? 0) / 2)
    const distance = Math.hypot(dx, dy)
    if (distance < bestDistance && distance < (place.width ? EDGE : REACH)) [best, bestDistance] = [points[i], distance]
  })
  return best
}

/** Opens the address of a point; only addresses that a link of the page could have. */
export function visit(href, event) {
  if (!href) return
  const url = new URL(href, document.baseURI)
  if (!['http:', 'https:'].includes(url.protocol)) return
  event.preventDefault()
  if (event.ctrlKey || event.metaKey) open(url, '_blank', 'noopener')
  else location.assign(url)
}
