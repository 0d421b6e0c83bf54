/** A map of equal tiles: every unit gets the same room, where it lies in relation to the others. */
import { fit, layer, text } from '../drawing.js'
import { stateKeys } from '../legend.js'
import { mark, TOKEN_OF_STATE } from '../marks.js'

const RAMP = [0.1, 0.25, 0.4, 0.55]

/** Shade of a value between the ends of a scale, as a share of the full colour. */
export function shade(value, scale) {
  if (typeof value !== 'number' || !scale) return 0
  const part = (value - scale.min) / (scale.max - scale.min || 1)
  return RAMP[0] + (RAMP[3] - RAMP[0]) * Math.min(1, Math.max(0, part))
}

/** What colours a unit: its state where it has one, else its value. */
export function fillOf(unit, scale, theme) {
  if (unit.state) {
    const token = TOKEN_OF_STATE[unit.state] ?? 'muted'
    return { token, share: unit.state === 'none' ? 0.08 : 0.16, edge: theme.color(token) }
  }
  const token = typeof unit.value === 'number' ? 'action' : 'muted'
  return { token, share: shade(unit.value, scale) || 0.08, edge: theme.color('line') }
}

/** The key of a map: states that occur, else the ends of the scale. */
export function mapKeys({ scale, legend }, units, { format }) {
  const states = units.map((u) => u.state).filter(Boolean)
  const keys = states.length ? stateKeys(states) : []
  if (!states.length && scale) {
    keys.push({ ramp: RAMP, token: 'action', label: `${format(scale.min, true)} – ${format(scale.max, true)}` })
  }
  if (typeof legend === 'string' && legend) keys.push({ label: legend })
  return keys
}

export const tiles = {
  build(data, context) {
    const { width, theme, format } = context
    const gap = width < 480 ? 2 : 4
    const first = { col: Math.min(...data.tiles.map((t) => t.col)), row: Math.min(...data.tiles.map((t) => t.row)) }
    const cols = Math.max(...data.tiles.map((t) => t.col)) - first.col + 1
    const rows = Math.max(...data.tiles.map((t) => t.row)) - first.row + 1
    const size = Math.min(92, Math.floor((width - (cols - 1) * gap) / cols))
    const high = Math.min(size, 72)
    const left = Math.floor((width - cols * (size + gap) + gap) / 2)
    const small = size < 64
    const points = data.tiles.map((tile) => ({
      ...tile,
      text: tile.text ?? (typeof tile.value === 'number' ? format(tile.value, true) : ''),
      short: tile.text ?? (typeof tile.value === 'number' ? format(tile.value) : ''),
      x: left + (tile.col - first.col) * (size + gap) + size / 2,
      y: (tile.row - first.row) * (high + gap) + high / 2 + 2,
      width: size,
      height: high,
    }))
    const elements = points.map((p) => {
      const { token, share, edge } = fillOf(p, data.scale, theme)
      const ink = theme.on(token, share)
      const [name, value] = small ? [11, 11] : [13, 14]
      const children = [
        {
          type: 'rect', silent: true,
          shape: { x: p.x - size / 2, y: p.y - high / 2, width: size, height: high, r: 4 },
          style: { fill: theme.tint(token, share), stroke: edge, lineWidth: 1 },
        },
        text(fit(p.label, size - 3, name, theme.font), p.x, p.y + high * (p.state ? 0.04 : -0.16), { align: 'center', fontSize: name, fill: ink }),
        text(fit(p.short, size - 4, value, theme.font, 'bold'), p.x, p.y + high * (p.state ? 0.32 : 0.2), {
          align: 'center', fontSize: value, fontWeight: 'bold', fill: ink,
        }),
      ]
      if (p.state) children.push(mark(p.state, p.x, p.y - high * 0.28, small ? 11 : 14, theme))
      return { type: 'group', children }
    })
    return {
      height: rows * (high + gap) + 4,
      option: { series: [layer(elements)] },
      points,
      place: (point) => point,
      keys: mapKeys(data, data.tiles, context),
    }
  },
}
