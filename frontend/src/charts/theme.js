/** The colours of the page as ECharts can read them: whatever CSS says, resolved to rgb by the browser. */
const TOKENS = {
  ink: '#1a1d21', muted: '#5c6670', line: '#d5dae0', paper: '#ffffff', action: '#1d4f91',
  met: '#1a7f4b', 'at-risk': '#9a6200', 'not-met': '#b3261e',
  'series-1': '#1d4f91', 'series-2': '#b5541c', 'series-3': '#1a7f6b',
  'series-4': '#7a4fa3', 'series-5': '#8a6d00', 'series-6': '#a33b6b',
}

let pixel

function toRgb(color) {
  pixel ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true })
  pixel.clearRect(0, 0, 1, 1)
  pixel.fillStyle = color
  pixel.fillRect(0, 0, 1, 1)
  return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3)
}

const css = (rgb) => `rgb(${rgb.map(Math.round).join(',')})`

function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => ((c / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Reads the tokens where `element` stands. color(t): css; tint(t, share): token mixed into paper; on(...): text upon it. */
export function readTheme(element) {
  const probe = document.createElement('span')
  element.append(probe)
  const rgb = {}
  for (const [token, fallback] of Object.entries(TOKENS)) {
    probe.style.color = `var(--${token}, ${fallback})`
    rgb[token] = toRgb(getComputedStyle(probe).color)
  }
  const font = getComputedStyle(element).fontFamily
  probe.remove()
  const known = (token) => rgb[`${token ?? 'muted'}`.replace(/^--/, '').replace('_', '-')] ?? rgb.muted
  const mix = (token, share) => known(token).map((c, i) => c * share + rgb.paper[i] * (1 - share))
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((m, n) => m - n)
    return (high + 0.05) / (low + 0.05)
  }
  return {
    font,
    color: (token) => css(known(token)),
    tint: (token, share) => css(mix(token, share)),
    on: (token, share = 1) => {
      const ground = mix(token, share)
      return css(contrast(ground, rgb.ink) >= contrast(ground, rgb.paper) ? rgb.ink : rgb.paper)
    },
  }
}

/** The colour of the i-th series; after the sixth they come again, with another dash. */
export const seriesToken = (i) => `series-${(i % 6) + 1}`
export const seriesDash = (i) => ['solid', [6, 3], [2, 3]][Math.floor(i / 6) % 3]
