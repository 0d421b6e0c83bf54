/** A profile against peers: the emphasised unit filled, the peers as thin lines. */
import { fit, widthOf } from '../drawing.js'
import { seriesToken } from '../theme.js'

const DASHES = ['solid', [6, 3], [2, 3], [8, 3, 2, 3]]

/** A name on at most two lines of width px. */
function folded(name, width, font) {
  if (widthOf(name, 12, font) <= width) return name
  const letters = Array.from(name)
  let cut = letters.length
  while (cut > 1 && widthOf(letters.slice(0, cut).join(''), 12, font) > width) cut -= 1
  const space = letters.slice(0, cut + 1).lastIndexOf(' ')
  if (space > 0) cut = space
  const rest = letters.slice(cut).join('').trim()
  return `${letters.slice(0, cut).join('')}\n${fit(rest, width, 12, font)}`
}

export const radar = {
  build(data, { width, theme, format }) {
    const height = Math.min(440, Math.max(300, width * 0.8))
    const widest = Math.min(140, Math.max(72, width * 0.22))
    const radius = Math.max(60, Math.min(width / 2 - widest - 8, height / 2 - 46))
    const centre = [width / 2, height / 2]
    const count = data.axes.length
    const at = (axis, value) => {
      const angle = Math.PI / 2 + (2 * Math.PI * axis) / count
      const reach = radius * Math.min(1, Math.max(0, value / data.axes[axis].max))
      return { x: centre[0] + Math.cos(angle) * reach, y: centre[1] - Math.sin(angle) * reach }
    }
    let peers = 0
    const styles = data.series.map((s) => s.emphasis
      ? { token: 'action', dash: 'solid', width: 3, z: 5 }
      : { token: seriesToken(1 + (peers % 5)), dash: DASHES[(1 + peers++) % 4], width: 1.5, z: 3 })
    const points = data.series.flatMap((s, row) => s.values.flatMap((value, col) => typeof value !== 'number' ? [] : [{
      label: `${s.label} · ${data.axes[col].label}`, text: s.texts?.[col] ?? `${format(value)} / ${format(data.axes[col].max)}`,
      href: Array.isArray(s.href) ? s.href[col] : s.href ?? data.axes[col].href, col, row, ...at(col, value),
    }]))
    return {
      height,
      option: {
        radar: {
          center: centre, radius, splitNumber: 4,
          indicator: data.axes.map((axis) => ({ name: folded(axis.label, widest, theme.font), max: axis.max })),
          axisName: { color: theme.color('ink'), fontSize: 12, lineHeight: 15 }, axisNameGap: 8,
          axisLine: { lineStyle: { color: theme.color('line') } },
          splitLine: { lineStyle: { color: theme.color('line') } },
          splitArea: { show: false },
        },
        series: data.series.map((s, i) => ({
          type: 'radar', silent: true, z: styles[i].z, symbol: 'circle', symbolSize: s.emphasis ? 7 : 4,
          itemStyle: { color: theme.color(styles[i].token) },
          lineStyle: { color: theme.color(styles[i].token), width: styles[i].width, type: styles[i].dash },
          areaStyle: s.emphasis ? { color: theme.color(styles[i].token), opacity: 0.15 } : undefined,
          data: [{ value: s.values.map((v) => v ?? '-'), name: s.label }],
        })),
      },
      points,
      place: (point) => point,
      keys: data.series.map((s, i) => ({
        label: s.label, line: true, token: styles[i].token, dash: Array.isArray(styles[i].dash) ? styles[i].dash.join(' ') : undefined,
      })),
    }
  },
}
