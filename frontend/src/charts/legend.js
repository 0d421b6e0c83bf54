/** The key of a chart as HTML beside the picture: it wraps on a phone, is read aloud and costs no collision. */
import { MARKS, TOKEN_OF_STATE } from './marks.js'

const SVG = 'http://www.w3.org/2000/svg'

/** An element of ours, which a later run may remove. */
export function node(name, className, textContent = '') {
  const made = Object.assign(document.createElement(name), { className, textContent })
  made.dataset.chartMade = ''
  return made
}

function sign(key, theme) {
  const svg = document.createElementNS(SVG, 'svg')
  const add = (name, attributes) => {
    const shape = document.createElementNS(SVG, name)
    for (const [attribute, value] of Object.entries(attributes)) shape.setAttribute(attribute, value)
    svg.append(shape)
  }
  const wide = key.line || key.ramp
  svg.setAttribute('viewBox', wide ? '0 0 32 16' : '0 0 16 16')
  svg.setAttribute('width', wide ? 28 : 14)
  svg.setAttribute('height', 14)
  svg.setAttribute('aria-hidden', 'true')
  const fill = theme.color(key.token)
  if (key.state) add('path', { d: MARKS[key.state], fill: theme.color(TOKEN_OF_STATE[key.state]) })
  else if (key.line) add('path', { d: 'M0 8H32', stroke: fill, 'stroke-width': 3, 'stroke-dasharray': key.dash ?? 'none' })
  else if (key.ramp) key.ramp.forEach((share, i) => add('rect', { x: i * 8, y: 1, width: 8, height: 14, fill: theme.tint(key.token, share) }))
  else if (key.path) add('path', { d: key.path, fill: key.hollow ? 'none' : fill, stroke: fill, 'stroke-width': 2 })
  else add('rect', { x: 1, y: 1, width: 14, height: 14, rx: 2, fill: theme.tint(key.token, key.share ?? 1), stroke: fill })
  return svg
}

/** keys: [{label, state | line, dash | ramp | path, hollow | share, token}]; a key without any of these is words only. */
export function legend(keys, { theme, words }) {
  if (!keys.length) return null
  const list = node('ul', 'chart-legend')
  for (const key of keys) {
    const item = node('li', '')
    if (key.token || key.state) item.append(sign(key, theme))
    item.append(key.label ?? words.states[key.state])
    list.append(item)
  }
  return list
}

/** The keys of the states that occur, in the order of their weight. */
export function stateKeys(states) {
  const present = new Set(states)
  return Object.keys(MARKS).filter((state) => present.has(state)).map((state) => ({ state }))
}
