/** Distance to standard: a line from the standard to each unit's value, the value in words at its end. */
import { fit, layer, niceScale, text, valueAxis, widthOf } from '../drawing.js'
import { stateKeys } from '../legend.js'
import { mark, TOKEN_OF_STATE } from '../marks.js'

const SEEN = 24 // rows that stand at once; longer lists scroll
const NARROW = 560 // px below which a name stands above its line instead of beside it

/** The rows with a heading before each new group. */
function withHeadings(rows) {
  const out = []
  rows.forEach((row, i) => {
    if (row.group && row.group !== rows[i - 1]?.group) out.push({ heading: row.group })
    out.push(row)
  })
  return out
}

export const distance = {
  build(data, { width, theme, words, format }) {
    const rows = withHeadings(data.rows)
    const values = data.rows.map((r) => r.value).filter((v) => typeof v === 'number')
    const { standard } = data
    const told = (row) => row.text ?? (typeof row.value === 'number' ? format(row.value) : words.noData)
    const longest = (texts, size) => Math.max(0, ...texts.map((t) => widthOf(t, size, theme.font)))
    const narrow = width < NARROW
    const rowHeight = narrow ? 44 : 28
    const valueWidth = Math.ceil(Math.min(longest(data.rows.map(told), 12), width * 0.22)) + 14
    const most = narrow ? SEEN / 2 : SEEN
    const long = rows.length > most
    const seen = Math.min(rows.length, most)
    const labelWidth = narrow
      ? width - (long ? 26 : 6)
      : Math.ceil(Math.min(longest(data.rows.map((r) => r.label), 13) + 4, width * 0.34))
    const [left, right, top] = [(narrow ? 0 : labelWidth + 12) + valueWidth, valueWidth + (long ? 26 : 6), 44]
    const plot = width - left - right
    const scale = niceScale(standard ? [...values, standard.value] : values, Math.max(2, Math.floor(plot / 80)))
    const x = (v) => left + ((v - scale.min) / (scale.max - scale.min)) * plot
    const bottom = top + seen * rowHeight
    const points = data.rows.map((row, i) => ({
      ...row, text: told(row), col: 0, row: i, at: rows.indexOf(row),
    }))

    const line = []
    if (standard) {
      const caption = `${standard.label ?? ''} ${{ '>=': '≥', '<=': '≤' }[standard.direction] ?? ''} ${format(standard.value, true)}`.trim()
      const half = widthOf(caption, 12, theme.font, 'bold') / 2
      const cx = Math.min(Math.max(x(standard.value), half + 2), width - half - 2)
      line.push({
        type: 'group',
        children: [
          { type: 'line', shape: { x1: x(standard.value), x2: x(standard.value), y1: top - 4, y2: bottom }, style: { stroke: theme.color('ink'), lineWidth: 1.5, lineDash: [4, 3] } },
          text(fit(caption, width - 4, 12, theme.font, 'bold'), cx, 9, { align: 'center', fontWeight: 'bold', fill: theme.color('ink') }),
        ],
      })
    }
    const draw = (params, api) => {
      const row = rows[params.dataIndex]
      const [, middle] = api.coord([scale.min, params.dataIndex])
      const y = middle + (narrow ? 9 : 0)
      if (row.heading) {
        return text(fit(row.heading, width - 8, 12, theme.font, 'bold'), 0, middle + 4, { fontWeight: 'bold', fill: theme.color('muted') })
      }
      const label = text(fit(row.label, labelWidth, 13, theme.font), narrow ? 0 : labelWidth, narrow ? middle - 11 : y, {
        align: narrow ? 'left' : 'right', fontSize: 13, fill: theme.color('ink'), stroke: theme.color('paper'), lineWidth: 3,
      })
      if (typeof row.value !== 'number') {
        return { type: 'group', children: [label, text(fit(told(row), plot, 12, theme.font), left, y, { fill: theme.color('muted'), stroke: theme.color('paper'), lineWidth: 3 })] }
      }
      const color = theme.color(row.state ? TOKEN_OF_STATE[row.state] : 'action')
      const from = x(standard?.value ?? scale.min)
      const to = x(row.value)
      const after = to >= from
      return {
        type: 'group',
        children: [
          label,
          { type: 'rect', shape: { x: Math.min(from, to), y: y - 3, width: Math.abs(to - from), height: 6 }, style: { fill: color, opacity: 0.35 } },
          { type: 'circle', shape: { cx: to, cy: y, r: 8 }, style: { fill: theme.color('paper') } },
          row.state ? mark(row.state, to, y, 13, theme) : { type: 'circle', shape: { cx: to, cy: y, r: 6 }, style: { fill: color } },
          text(fit(told(row), valueWidth, 12, theme.font), to + (after ? 11 : -11), y, { align: after ? 'left' : 'right', fill: theme.color('ink') }),
        ],
      }
    }
    let window = [0, seen - 1]
    const zoom = long ? [{
      type: 'slider', yAxisIndex: 0, filterMode: 'filter', zoomLock: true, brushSelect: false, showDetail: false, showDataShadow: false,
      startValue: window[0], endValue: window[1], right: 0, width: 14, top, height: bottom - top, handleSize: 0, moveHandleSize: 0,
      borderColor: theme.color('line'), backgroundColor: theme.tint('muted', 0.08), fillerColor: theme.tint('muted', 0.45),
    }] : []
    const moveTo = (row, chart) => {
      const start = Math.max(0, Math.min(rows.length - seen, row))
      window = [start, start + seen - 1]
      chart.dispatchAction({ type: 'dataZoom', startValue: window[0], endValue: window[1] })
    }
    return {
      height: bottom + 8,
      option: {
        grid: { left, right, top, bottom: 8 },
        xAxis: valueAxis(scale, { theme, format }, { position: 'top' }),
        yAxis: { type: 'category', inverse: true, data: rows.map((_, i) => `${i}`), show: false },
        dataZoom: zoom,
        series: [layer(line, 1), { type: 'custom', silent: true, z: 3, encode: { x: 0, y: 1 }, renderItem: draw, data: rows.map((r, i) => [typeof r.value === 'number' ? r.value : scale.min, i]) }],
      },
      points,
      scrolled(chart) {
        const [now] = chart.getOption().dataZoom
        window = [now.startValue, now.endValue]
      },
      place(point) {
        const [from, to] = window
        if (point.at < from || point.at > to) return null
        const y = top + (point.at - from + 0.5) * ((bottom - top) / (to - from + 1))
        return { x: (width - (long ? 20 : 0)) / 2, y, width: width - (long ? 26 : 6), height: rowHeight - 6 }
      },
      reveal(point, chart) {
        const [from, to] = window
        if (long && (point.at < from || point.at > to)) moveTo(point.at < from ? point.at - 1 : point.at - seen + 1, chart)
      },
      scroll(px, way, chart) {
        if (!long || px < width - 22) return false
        moveTo(window[0] + 3 * way, chart)
        return true
      },
      keys: [...stateKeys(data.rows.map((r) => r.state)), ...(data.unit ? [{ label: words.unit + data.unit }] : [])],
    }
  },
}
