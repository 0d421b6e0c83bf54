/** What the kinds share: text that fits, axes with round ends, and a layer of ready-made elements. */
let measuring

/** Width of a text in px. */
export function widthOf(text, size, font, weight = 'normal') {
  measuring ??= document.createElement('canvas').getContext('2d')
  measuring.font = `${weight} ${size}px ${font}`
  return measuring.measureText(text).width
}

/** The text, or as much of it as fits into width px with an ellipsis. */
export function fit(text, width, size, font, weight) {
  if (widthOf(text, size, font, weight) <= width) return text
  const letters = Array.from(text)
  while (letters.length > 1 && widthOf(`${letters.join('').trimEnd()}…`, size, font, weight) > width) letters.pop()
  return `${letters.join('').trimEnd()}…`
}

/** Round ends and interval of an axis that holds all values: {min, max, interval}. */
export function niceScale(values, ticks) {
  let low = Math.min(...values)
  let high = Math.max(...values)
  if (!Number.isFinite(low)) [low, high] = [0, 1]
  if (low === high) [low, high] = [low - Math.abs(low || 1) * 0.1, high + Math.abs(high || 1) * 0.1]
  const raw = (high - low) / Math.max(1, ticks)
  const power = 10 ** Math.floor(Math.log10(raw))
  const interval = [1, 2, 2.5, 5, 10].map((m) => m * power).find((m) => m >= raw * 0.999)
  const round = (v) => Number(v.toPrecision(12))
  return { min: round(Math.floor(low / interval) * interval), max: round(Math.ceil(high / interval) * interval), interval: round(interval) }
}

/** A series of finished elements in px of the canvas, one for each datum; it takes no part in any axis. */
export function layer(elements, z = 3) {
  return {
    type: 'custom', coordinateSystem: 'none', silent: true, z,
    data: elements.map((_, i) => [i]),
    renderItem: ({ dataIndex }) => elements[dataIndex],
  }
}

export function text(value, x, y, style) {
  return { type: 'text', silent: true, style: { text: value, x, y, fontSize: 12, verticalAlign: 'middle', ...style } }
}

/** A value axis and the grid that belongs to it, in the calm style of the site. */
export function valueAxis(scale, { theme, format }, more = {}) {
  return {
    type: 'value', ...scale,
    axisLine: { show: false }, axisTick: { show: false },
    axisLabel: { color: theme.color('muted'), fontSize: 12, formatter: (v) => format(v), hideOverlap: true },
    splitLine: { lineStyle: { color: theme.color('line') } },
    ...more,
  }
}
