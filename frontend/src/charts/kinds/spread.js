/** Where a unit stands among its peers: each peer a dot, the middle half a band, the own unit a named diamond. */
import { fit, layer, niceScale, text, valueAxis, widthOf } from '../drawing.js'

const NARROW = 560 // px below which a name stands above its strip instead of beside it
const DIAMOND = 'M8 0L16 8L8 16L0 8Z'

/** The quantile of sorted numbers, linear between ranks (type 7). */
function quantile(sorted, p) {
  const rank = (sorted.length - 1) * p
  const low = Math.floor(rank)
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (rank - low)
}

export const spread = {
  build(data, { width, theme, words, format }) {
    const all = data.rows.flatMap((r) => r.values.map((v) => v.value))
    const wide = Math.max(0, ...data.rows.map((r) => widthOf(r.label, 13, theme.font)))
    const narrow = width < NARROW
    const rowHeight = narrow ? 76 : 56
    const labelWidth = narrow ? width - 4 : Math.ceil(Math.min(wide + 4, width * 0.3))
    const [left, right, top] = [narrow ? 14 : labelWidth + 16, 16, 28]
    const plot = width - left - right
    const scale = niceScale(all, Math.max(2, Math.floor(plot / 80)))
    const x = (v) => left + ((v - scale.min) / (scale.max - scale.min)) * plot
    const points = []
    const elements = data.rows.map((row, index) => {
      const y = top + (index + 0.5) * rowHeight + (narrow ? 18 : 4)
      const ranked = [...row.values].sort((a, b) => a.value - b.value)
      const numbers = ranked.map((v) => v.value)
      const [q1, q2, q3] = [0.25, 0.5, 0.75].map((p) => quantile(numbers, p))
      const children = [text(fit(row.label, labelWidth, 13, theme.font), narrow ? 0 : labelWidth, narrow ? y - 40 : y, {
        align: narrow ? 'left' : 'right', fontSize: 13, fill: theme.color('ink'), stroke: theme.color('paper'), lineWidth: 3,
      })]
      if (numbers.length) {
        children.push(
          { type: 'line', shape: { x1: x(numbers[0]), x2: x(numbers[numbers.length - 1]), y1: y, y2: y }, style: { stroke: theme.color('muted'), lineWidth: 1 } },
          { type: 'rect', shape: { x: x(q1), y: y - 9, width: x(q3) - x(q1), height: 18 }, style: { fill: theme.tint('muted', 0.22), stroke: theme.color('muted'), lineWidth: 1 } },
          { type: 'line', shape: { x1: x(q2), x2: x(q2), y1: y - 12, y2: y + 12 }, style: { stroke: theme.color('ink'), lineWidth: 2 } },
        )
      }
      let own
      ranked.forEach((peer, col) => {
        const mine = row.own !== undefined && (peer.id ?? peer.label) === row.own
        const point = { label: mine ? `${peer.label} · ${words.own}` : peer.label, text: `${row.label} ${peer.text ?? format(peer.value, true)}`, href: peer.href, col, row: index, x: x(peer.value), y }
        points.push(point)
        if (mine) own = { ...peer, x: point.x }
        else children.push({ type: 'circle', shape: { cx: point.x, cy: y, r: 4 }, style: { fill: theme.color('paper'), stroke: theme.color('muted'), lineWidth: 1.5, opacity: 0.9 } })
      })
      if (own) {
        const told = fit(`${own.label} ${own.text ?? format(own.value, true)}`, plot, 12, theme.font, 'bold')
        const half = widthOf(told, 12, theme.font, 'bold') / 2
        children.push(
          { type: 'path', shape: { pathData: DIAMOND, x: own.x - 8, y: y - 8, width: 16, height: 16 }, style: { fill: theme.color('action'), stroke: theme.color('paper'), lineWidth: 1.5 } },
          text(told, Math.min(Math.max(own.x, left + half), width - half - 2), y - 19, { align: 'center', fontWeight: 'bold', fill: theme.color('action'), stroke: theme.color('paper'), lineWidth: 3 }),
        )
      }
      return { type: 'group', children }
    })
    return {
      height: top + data.rows.length * rowHeight + 8,
      option: {
        grid: { left, right, top, bottom: 8 },
        xAxis: valueAxis(scale, { theme, format }, { position: 'top' }),
        yAxis: { type: 'category', data: data.rows.map((_, i) => `${i}`), inverse: true, show: false },
        series: [layer(elements)],
      },
      points,
      place: (point) => point,
      keys: [
        ...(data.rows.some((row) => row.own) ? [{ path: DIAMOND, token: 'action', label: words.own }] : []),
        { path: 'M8 3A5 5 0 1 1 8 13A5 5 0 1 1 8 3Z', hollow: true, token: 'muted', label: words.peers },
        { path: 'M1 3H15V13H1Z', hollow: true, token: 'muted', label: words.quartiles },
        { path: 'M7 0H9V16H7Z', token: 'ink', label: words.median },
        ...(data.unit ? [{ label: words.unit + data.unit }] : []),
      ],
    }
  },
}
