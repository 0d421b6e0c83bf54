/** The user's own boundaries: units coloured by state or value, their 审图号 below; nothing is fetched from elsewhere. */
import { registerMap } from '../echarts.js'
import { fit, text, widthOf } from '../drawing.js'
import { mark } from '../marks.js'
import { fillOf, mapKeys } from './tiles.js'

const ringsOf = ({ type, coordinates }) => (type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : [])

function inside([x, y], ring) {
  let odd = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [ring[i], ring[j]]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd
  }
  return odd
}

/** Centre of the largest outer ring by area. */
function centreOf(polygons) {
  let best = { area: -1, centre: [0, 0] }
  for (const [ring] of polygons) {
    const [ox, oy] = ring[0]
    let [area, cx, cy] = [0, 0, 0]
    for (let i = 0; i < ring.length - 1; i++) {
      const [x1, y1, x2, y2] = [ring[i][0] - ox, ring[i][1] - oy, ring[i + 1][0] - ox, ring[i + 1][1] - oy]
      const cross = x1 * y2 - x2 * y1
      area += cross
      cx += (x1 + x2) * cross
      cy += (y1 + y2) * cross
    }
    if (Math.abs(area) > best.area) {
      best = { area: Math.abs(area), centre: area ? [ox + cx / (3 * area), oy + cy / (3 * area)] : [ox, oy] }
    }
  }
  return best.centre
}

let maps = 0

export const geo = {
  /** Reads the boundaries; those of another origin are refused before anything is sent. */
  async prepare(data) {
    let { geojson } = data
    if (!geojson) {
      const url = new URL(data.geojson_url, document.baseURI)
      if (url.origin !== location.origin) throw new Error('boundaries of another origin')
      const answer = await fetch(url, { credentials: 'same-origin' })
      if (!answer.ok) throw new Error(`boundaries: ${answer.status}`)
      geojson = await answer.json()
    }
    const key = data.key ?? 'code'
    const features = geojson.features.filter((f) => ringsOf(f.geometry ?? {}).length)
      .map((f) => ({ type: 'Feature', geometry: f.geometry, properties: { name: String(f.properties[key]) } }))
    const map = `own-${(maps += 1)}`
    registerMap(map, { type: 'FeatureCollection', features })
    const shapes = new Map(features.map((f) => [f.properties.name, ringsOf(f.geometry)]))
    const corners = features.flatMap((f) => ringsOf(f.geometry).flatMap(([ring]) => ring))
    const span = [0, 1].map((i) => corners.reduce(([low, high], c) => [Math.min(low, c[i]), Math.max(high, c[i])], [Infinity, -Infinity]))
    return { ...data, map, shapes, span }
  },

  build(data, context) {
    const { width, theme, words, format } = context
    const [[west, east], [south, north]] = data.span
    const aspect = Math.cos((((south + north) / 2) * Math.PI) / 180)
    const degree = Math.min((width - 8) / ((east - west) * aspect || 1), 520 / (north - south || 1)) // px
    const [wide, high] = [(east - west) * aspect * degree, (north - south) * degree]
    const height = high + 8
    const told = (v) => v.text ?? (typeof v.value === 'number' ? format(v.value, true) : words.noData)
    const units = data.values.filter((v) => data.shapes.has(String(v.id)))
    const points = units.map((v) => ({ ...v, text: told(v), centre: centreOf(data.shapes.get(String(v.id))) }))
    const labels = ({ dataIndex, context: round }, api) => {
      const point = points[dataIndex]
      const [x, y] = api.coord(point.centre)
      const label = fit(point.label, 96, 12, theme.font)
      const box = { left: x - widthOf(label, 12, theme.font) / 2 - 2, right: x + widthOf(label, 12, theme.font) / 2 + 2, top: y - 14, bottom: y + 14 }
      const taken = (round.taken ??= [])
      const free = box.left >= 0 && box.right <= width &&
        taken.every((t) => box.left > t.right || box.right < t.left || box.top > t.bottom || box.bottom < t.top)
      if (free) taken.push(box)
      const children = []
      if (point.state) children.push(mark(point.state, x, free ? y - 8 : y, 12, theme))
      if (free) children.push(text(label, x, y + (point.state ? 7 : 0), { align: 'center', fill: theme.color('ink'), stroke: theme.color('paper'), lineWidth: 2 }))
      return { type: 'group', children }
    }
    return {
      height,
      option: {
        geo: {
          map: data.map, silent: true, roam: false, left: (width - wide) / 2, top: 4, width: wide, height: high, aspectScale: aspect,
          label: { show: false },
          itemStyle: { areaColor: theme.tint('muted', 0.08), borderColor: theme.color('line') },
          regions: units.map((v) => {
            const { token, share } = fillOf(v, data.scale, theme)
            return { name: String(v.id), itemStyle: { areaColor: theme.tint(token, share), borderColor: theme.color('muted') } }
          }),
        },
        series: [{ type: 'custom', coordinateSystem: 'geo', silent: true, z: 5, renderItem: labels, data: points.map((p) => p.centre) }],
      },
      points,
      place(point, chart) {
        const [x, y] = chart.convertToPixel({ geoIndex: 0 }, point.centre)
        return { x, y, width: Math.max(28, widthOf(fit(point.label, 96, 12, theme.font), 12, theme.font)), height: 34 }
      },
      hit(x, y, chart) {
        const at = chart.convertFromPixel({ geoIndex: 0 }, [x, y])
        return points.find((p) => data.shapes.get(String(p.id)).some(([outer, ...holes]) => inside(at, outer) && !holes.some((h) => inside(at, h)))) ?? null
      },
      keys: mapKeys(data, units, context),
      note: data.licence,
    }
  },
}
