/** Years side by side: a line for each series with its name at the end; a missing year is a gap, not a guess. */
import { fit, layer, niceScale, text, valueAxis, widthOf } from '../drawing.js'
import { seriesDash, seriesToken } from '../theme.js'

const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'roundRect']

/** Moves label heights apart until none covers another, each as near to its own place as the others let it. */
function spaced(wanted, room, top, bottom) {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y)
  let floor = top
  for (const label of order) floor = (label.y = Math.max(label.y, floor)) + room
  let ceiling = bottom
  for (const label of order.reverse()) ceiling = (label.y = Math.min(label.y, ceiling)) - room
  return order.reduce((out, { y, i }) => Object.assign(out, { [i]: y }), [])
}

export const trend = {
  build(data, { width, theme, words, format }) {
    const narrow = width < 480
    const numbers = data.series.flatMap((s) => s.values).filter((v) => typeof v === 'number')
    const { standard } = data
    const height = narrow ? 260 : 320
    const scale = niceScale(standard ? [...numbers, standard.value] : numbers, narrow ? 4 : 5)
    const names = Math.max(0, ...data.series.map((s) => widthOf(s.label, 12, theme.font)))
    const ticks = Math.max(widthOf(format(scale.max), 12, theme.font), widthOf(format(scale.min), 12, theme.font))
    const named = Math.min(names + 6, width * 0.3)
    const [left, right, top, bottom] = [Math.ceil(ticks) + 12, Math.ceil(named) + 18, standard ? 28 : 14, 30]
    const plot = { width: width - left - right, height: height - top - bottom }
    const last = data.years.length - 1
    const x = (i) => left + (last ? (i / last) * plot.width : plot.width / 2)
    const y = (v) => top + (1 - (v - scale.min) / (scale.max - scale.min)) * plot.height
    const points = data.series.flatMap((s, row) => s.values.flatMap((value, col) => typeof value !== 'number' ? [] : [{
      label: `${s.label} ${data.years[col]}`, text: s.texts?.[col] ?? format(value, true),
      href: Array.isArray(s.href) ? s.href[col] : s.href, col, row, x: x(col), y: y(value),
    }]))

    const ends = data.series.map((s) => s.values.reduce((end, v, i) => (typeof v === 'number' ? i : end), -1))
    const drawn = data.series.map((_, i) => i).filter((i) => ends[i] >= 0)
    const heights = spaced(drawn.map((i) => y(data.series[i].values[ends[i]])), 15, top, top + plot.height)
    const labels = drawn.map((i, place) => {
      const fill = theme.color(seriesToken(i))
      const [x1, y1] = [x(ends[i]) + 6, y(data.series[i].values[ends[i]])]
      const children = [text(fit(data.series[i].label, named, 12, theme.font), left + plot.width + 14, heights[place], { fill })]
      if (Math.abs(y1 - heights[place]) > 3 || ends[i] < last) {
        children.push({ type: 'line', shape: { x1, y1, x2: left + plot.width + 12, y2: heights[place] }, style: { stroke: fill, lineWidth: 1, opacity: 0.5 } })
      }
      return { type: 'group', children }
    })
    if (standard) {
      // The words stand on the side of their line on which fewer points are in the way.
      const line = y(standard.value)
      const early = points.filter((p) => p.col <= last / 2)
      const near = (side) => early.filter((p) => (p.y - line) * side > 0 && (p.y - line) * side < 26).length
      const side = near(-1) > near(1) && line + 20 < top + plot.height ? 1 : -1
      const told = `${standard.label ?? ''} ${{ '>=': '≥', '<=': '≤' }[standard.direction] ?? ''} ${format(standard.value, true)}`.trim()
      labels.push({
        type: 'group',
        children: [
          { type: 'line', shape: { x1: left, x2: left + plot.width, y1: line, y2: line }, style: { stroke: theme.color('ink'), lineWidth: 1.5, lineDash: [4, 3] } },
          text(fit(told, plot.width, 12, theme.font, 'bold'), left + 4, line + side * 10, {
            fontWeight: 'bold', fill: theme.color('ink'), stroke: theme.color('paper'), lineWidth: 3,
          }),
        ],
      })
    }
    return {
      height,
      option: {
        grid: { left, right, top, bottom },
        xAxis: {
          type: 'category', data: data.years.map(String), boundaryGap: !last,
          axisTick: { show: false }, axisLine: { lineStyle: { color: theme.color('line') } },
          axisLabel: { color: theme.color('muted'), fontSize: 12, interval: Math.ceil((data.years.length * 44) / Math.max(44, plot.width)) - 1 },
        },
        yAxis: valueAxis(scale, { theme, format }),
        series: [
          ...data.series.map((s, i) => ({
            type: 'line', silent: true, z: 4, connectNulls: false, data: s.values.map((v) => v ?? null),
            symbol: SYMBOLS[i % 6], symbolSize: 8, showSymbol: true, showAllSymbol: true,
            itemStyle: { color: theme.color(seriesToken(i)), borderColor: theme.color('paper'), borderWidth: 1 },
            lineStyle: { color: theme.color(seriesToken(i)), width: 2, type: seriesDash(i) },
          })),
          layer(labels, 5),
        ],
      },
      points,
      place: (point) => point,
      keys: data.unit ? [{ label: words.unit + data.unit }] : [],
    }
  },
}
