/** Months of deadlines, or of what else falls on days: the more on a day the deeper its colour; overdue days carry a cross. */
import { layer, text } from '../drawing.js'
import { mark } from '../marks.js'

const DAY = 86400000
const RAMP = [0.15, 0.35, 0.55, 0.8]
const MONDAY = Date.UTC(2024, 0, 1)

const utc = (date) => Date.parse(`${date}T00:00:00Z`)
const weekday = (time) => (new Date(time).getUTCDay() + 6) % 7

function monthsOf(times) {
  const months = []
  const [first, last] = [new Date(Math.min(...times)), new Date(Math.max(...times))]
  for (let m = Date.UTC(first.getUTCFullYear(), first.getUTCMonth()); m <= last.getTime();) {
    months.push(m)
    const d = new Date(m)
    m = Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1)
  }
  return months
}

export const calendar = {
  build(data, { width, lang, words, theme }) {
    const days = new Map(data.days.map((day) => [day.date, day]))
    const months = monthsOf(data.days.map((day) => utc(day.date)))
    const gap = 28
    const across = Math.max(1, Math.min(months.length, Math.floor((width + gap) / (7 * 34 + gap)), 4))
    const cell = Math.min(46, Math.floor((width - (across - 1) * gap) / across / 7))
    const blockWidth = 7 * cell
    const weeks = months.map((m) => {
      const d = new Date(m)
      return Math.ceil((weekday(m) + new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 0)).getUTCDate()) / 7)
    })
    const tops = [0]
    for (let i = 0; i < months.length; i += across) {
      tops.push(tops[tops.length - 1] + 48 + Math.max(...weeks.slice(i, i + across)) * cell + 16)
    }
    const title = new Intl.DateTimeFormat(lang, { year: 'numeric', month: 'long', timeZone: 'UTC' })
    const dayName = new Intl.DateTimeFormat(lang, { weekday: 'narrow', timeZone: 'UTC' })
    const full = new Intl.DateTimeFormat(/^en/i.test(lang) ? 'en-GB' : lang, {
      year: 'numeric', month: /^en/i.test(lang) ? 'short' : 'long', day: 'numeric', timeZone: 'UTC',
    })
    const most = Math.max(1, ...data.days.map((day) => day.count))
    const elements = []
    const points = []
    months.forEach((month, index) => {
      const x0 = (index % across) * (blockWidth + gap)
      const y0 = tops[Math.floor(index / across)]
      const centre = (col) => x0 + col * cell + cell / 2
      elements.push(text(title.format(month), x0 + 4, y0 + 12, { fontSize: 14, fontWeight: 'bold', fill: theme.color('ink') }))
      for (let col = 0; col < 7; col++) {
        elements.push(text(dayName.format(MONDAY + col * DAY), centre(col), y0 + 36, { align: 'center', fill: theme.color('muted') }))
      }
      const offset = weekday(month)
      for (let time = month; new Date(time).getUTCMonth() === new Date(month).getUTCMonth(); time += DAY) {
        const number = new Date(time).getUTCDate()
        const [col, week] = [(number - 1 + offset) % 7, Math.floor((number - 1 + offset) / 7)]
        const [x, y] = [centre(col), y0 + 48 + week * cell + cell / 2]
        const day = days.get(new Date(time).toISOString().slice(0, 10))
        const token = day?.overdue ? 'not-met' : 'action'
        const share = day?.count ? RAMP[Math.min(3, Math.floor((day.count / most) * 4 - 0.001))] : 0
        const side = cell - 4
        const children = [{
          type: 'rect', silent: true,
          shape: { x: x - side / 2, y: y - side / 2, width: side, height: side, r: 4 },
          style: { fill: theme.tint(token, share), stroke: theme.color(day?.overdue ? 'not-met' : 'line'), lineWidth: 1 },
        }]
        const ink = share ? theme.on(token, share) : theme.color('muted')
        children.push(text(`${number}`, x - side / 2 + 4, y - side / 2 + 9, { fontSize: 11, fill: ink }))
        if (day?.count) {
          children.push(text(`${day.count}`, x + side / 2 - 4, y + side / 2 - 9, { align: 'right', fontSize: 13, fontWeight: 'bold', fill: ink }))
          const counts = [words.dueCount(day.count), day.overdue ? words.overdueCount(day.overdue === true ? day.count : day.overdue) : '']
          points.push({
            label: full.format(time), text: day.told ?? counts.filter(Boolean).join(words.comma), href: day.href,
            col: (index % across) * 8 + col, row: Math.floor(index / across) * 7 + week, x, y, width: side, height: side,
          })
        }
        if (day?.overdue) {
          children.push({ type: 'rect', silent: true, shape: { x: x + side / 2 - 12, y: y - side / 2 - 1, width: 13, height: 13 }, style: { fill: theme.color('paper') } })
          children.push(mark('not_met', x + side / 2 - 5, y - side / 2 + 5, 11, theme))
        }
        elements.push({ type: 'group', children })
      }
    })
    const keys = [{ ramp: RAMP, token: 'action', label: `${data.counted ?? words.due}: ${words.fewer} → ${words.more}` }]
    if (data.days.some((day) => day.overdue)) keys.push({ state: 'not_met', label: words.overdue })
    return {
      height: tops[tops.length - 1],
      option: { series: [layer(elements)] },
      points,
      place: (point) => point,
      keys,
    }
  },
}
