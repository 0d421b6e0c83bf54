/** Progress of each unit: how many of its items are in which state, as parts of one bar. */
import { fit, layer, text, widthOf } from '../drawing.js'
import { mark } from '../marks.js'

const ROW = 34
const STATE_OF_TOKEN = { met: 'met', 'at-risk': 'at_risk', 'not-met': 'not_met' }

const plain = (token) => `${token ?? 'muted'}`.replace(/^--/, '').replace('_', '-')

const shareOf = ({ token }) => (plain(token) === 'muted' ? 0.12 : STATE_OF_TOKEN[plain(token)] ? 0.22 : 0.35)

export const stacked = {
  build(data, { width, theme, format, words }) {
    const wide = Math.max(0, ...data.rows.map((r) => widthOf(r.label, 13, theme.font)))
    const labelWidth = Math.ceil(Math.min(wide + 4, width * 0.34))
    const left = labelWidth + 10
    const plot = width - left - 4
    const points = []
    const elements = data.rows.map((row, index) => {
      const y = index * ROW + ROW / 2
      const total = data.states.reduce((sum, s) => sum + (row.counts[s.id] ?? 0), 0)
      const children = [text(fit(row.label, labelWidth, 13, theme.font), labelWidth, y, { align: 'right', fontSize: 13, fill: theme.color('ink') })]
      if (!total) children.push(text(words.noData, left, y, { fill: theme.color('muted') }))
      let x0 = left
      data.states.forEach((state, col) => {
        const count = row.counts[state.id] ?? 0
        if (!count) return
        const part = (count / total) * plot
        const known = STATE_OF_TOKEN[plain(state.token)]
        const share = shareOf(state)
        const box = { x: x0, y: y - 12, width: Math.max(2, part - 2), height: 24 }
        const ink = theme.on(state.token, share)
        children.push({ type: 'rect', shape: { ...box, r: 2 }, style: { fill: theme.tint(state.token, share), stroke: theme.color(state.token), lineWidth: 1 } })
        const told = format(count)
        const need = widthOf(told, 12, theme.font, 'bold')
        const withMark = known && part > need + 28
        if (part > need + 6) children.push(text(told, x0 + part / 2 + (withMark ? 8 : -1), y, { align: 'center', fontWeight: 'bold', fill: ink }))
        if (withMark) children.push(mark(known, x0 + part / 2 - need / 2 - 4, y, 12, theme))
        points.push({
          label: row.label, text: `${state.label} ${told} / ${format(total)}`, href: row.hrefs?.[state.id] ?? row.href,
          col, row: index, x: box.x + box.width / 2, y, width: box.width, height: box.height,
        })
        x0 += part
      })
      return { type: 'group', children }
    })
    return {
      height: data.rows.length * ROW + 4,
      option: { series: [layer(elements)] },
      points,
      place: (point) => point,
      keys: data.states.map((s) => ({ label: s.label, token: plain(s.token), share: shareOf(s), state: STATE_OF_TOKEN[plain(s.token)] })),
    }
  },
}
