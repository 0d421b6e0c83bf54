/** One figure of the page: reads its data, draws it, and lets mouse, keyboard and screen reader reach each point. */
import { init } from './echarts.js'
import { kinds } from './kinds/index.js'
import { legend, node } from './legend.js'
import { nearest, step, visit } from './points.js'
import { readTheme } from './theme.js'
import { formatter, wordsOf } from './words.js'

export class Figure {
  constructor(element) {
    this.element = element
    this.canvas = element.querySelector('.chart-canvas')
    this.started = false
    // A page that the browser or htmx restores still holds what an earlier run has drawn.
    element.querySelectorAll('[data-chart-made]').forEach((made) => made.remove())
    this.canvas.hidden = false
  }

  async start() {
    this.started = true
    try {
      const kind = kinds[this.element.dataset.chart]
      const data = JSON.parse(this.element.querySelector('script.chart-data').textContent)
      this.data = kind.prepare ? await kind.prepare(data) : data
      if (!this.element.isConnected) return
      this.kind = kind
      this.build()
      this.redraw()
      this.listen()
    } catch {
      this.fail()
    }
  }

  /** The table says what the picture would have said, so it opens. */
  fail() {
    this.stop()
    this.kind = null
    const table = this.element.querySelector('details.chart-table')
    if (table) table.open = true
    this.element.dataset.chartState = 'failed'
    this.canvas.before(node('p', 'chart-note', wordsOf(document.documentElement.lang).failed))
    this.canvas.hidden = true
  }

  build() {
    this.plot = node('div', 'chart-plot')
    this.ring = node('div', 'chart-ring')
    this.tip = node('div', 'chart-tip')
    this.live = node('p', 'chart-live')
    this.live.setAttribute('aria-live', 'polite')
    this.ring.hidden = this.tip.hidden = true
    this.canvas.append(this.plot, this.ring, this.tip)
    this.canvas.after(this.live)
    // An image takes no keys: once its points can be walked, it is a small application with the same name.
    this.canvas.setAttribute('role', 'application')
    this.canvas.tabIndex = 0
  }

  listen() {
    const { canvas } = this
    canvas.addEventListener('keydown', (event) => this.onKey(event))
    canvas.addEventListener('focus', () => {
      if (canvas.matches(':focus-visible')) this.live.textContent = this.words.hint
    })
    canvas.addEventListener('blur', () => this.show(null))
    canvas.addEventListener('pointermove', (event) => this.show(this.under(event)))
    canvas.addEventListener('wheel', (event) => {
      // The page scrolls as always, but over the bar of a long list the list does.
      const x = event.clientX - this.plot.getBoundingClientRect().left
      if (this.drawing?.scroll?.(x, Math.sign(event.deltaY), this.chart)) event.preventDefault()
    }, { passive: false })
    canvas.addEventListener('pointerleave', () => this.show(null))
    canvas.addEventListener('click', (event) => visit(this.under(event)?.href, event))
    this.resizing = new ResizeObserver(() => {
      if (this.canvas.clientWidth && this.canvas.clientWidth !== this.width) this.redraw()
    })
    this.resizing.observe(canvas)
  }

  redraw() {
    if (!this.kind || !this.canvas.clientWidth) return
    const { lang } = document.documentElement
    this.width = this.canvas.clientWidth
    const words = wordsOf(lang)
    this.words = { ...words, states: { ...words.states, ...this.data.says } }
    this.canvas.setAttribute('aria-roledescription', this.words.chart)
    const context = {
      width: this.width,
      lang,
      words: this.words,
      theme: readTheme(this.canvas),
      format: formatter(lang, this.data.unit ?? this.data.scale?.unit),
    }
    this.show(null)
    this.drawing = this.kind.build(this.data, context)
    if (!this.drawing.points.length) throw new Error('no points')
    const { height, option, keys = [], note } = this.drawing
    this.replace('above', legend(keys, context))
    this.replace('below', note ? node('p', 'chart-note', note) : null)
    this.plot.style.height = `${height}px`
    if (!this.chart) {
      this.chart = init(this.plot, null, { renderer: 'svg', width: this.width, height })
      this.chart.on('datazoom', () => this.onScroll())
    }
    this.chart.resize({ width: this.width, height })
    this.chart.setOption({ animation: false, textStyle: { fontFamily: context.theme.font }, ...option }, { notMerge: true })
    const svg = this.plot.querySelector('svg')
    svg.setAttribute('aria-hidden', 'true')
    svg.setAttribute('viewBox', `0 0 ${this.width} ${height}`)
    this.canvas.style.cursor = ''
    this.element.dataset.chartState = 'drawn'
  }

  /** Puts what belongs above or below the picture into its place, instead of what stood there. */
  replace(place, made) {
    this[place]?.remove()
    this[place] = made
    if (made && place === 'above') this.canvas.before(made)
    if (made && place === 'below') this.canvas.after(made)
  }

  onScroll() {
    this.drawing.scrolled(this.chart)
    this.show(null)
  }

  places() {
    return this.drawing.points.map((point) => this.drawing.place(point, this.chart))
  }

  under(event) {
    if (!this.drawing) return null
    const { left, top } = this.plot.getBoundingClientRect()
    const [x, y] = [event.clientX - left, event.clientY - top]
    const hit = this.drawing.hit
    return hit ? hit(x, y, this.chart) : nearest(this.drawing.points, this.places(), x, y)
  }

  onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Escape') return this.show(null)
    if (event.key === 'Enter') return visit(this.point?.href, event)
    const next = step(this.drawing.points, this.point, event.key)
    if (next === undefined) return
    event.preventDefault()
    if (!next) return
    this.drawing.reveal?.(next, this.chart)
    this.show(next)
    this.live.textContent = this.sentence(next)
  }

  sentence(point) {
    const parts = [point.label, point.text, this.words.states[point.state]]
    return parts.filter(Boolean).join(this.words.comma) + (point.href ? this.words.comma + this.words.opens : '')
  }

  /** Rings a point and says in the tip what it is; nothing when there is no point. */
  show(point) {
    this.point = point
    const place = point && this.drawing.place(point, this.chart)
    this.ring.hidden = this.tip.hidden = !place
    if (!place) return
    const { x, y, width = 16, height = 16 } = place
    this.canvas.style.cursor = point.href ? 'pointer' : ''
    Object.assign(this.ring.style, {
      left: `${x - width / 2 - 3}px`, top: `${y - height / 2 - 3}px`, width: `${width + 6}px`, height: `${height + 6}px`,
    })
    this.tip.replaceChildren(node('strong', '', point.label), node('span', '', point.text))
    const state = this.words.states[point.state]
    if (state) this.tip.append(node('span', '', state))
    const { offsetWidth, offsetHeight } = this.tip
    const above = y - height / 2 - offsetHeight - 8
    Object.assign(this.tip.style, {
      left: `${Math.max(0, Math.min(x - offsetWidth / 2, this.width - offsetWidth))}px`,
      top: `${above >= -offsetHeight ? above : y + height / 2 + 8}px`,
    })
  }

  stop() {
    this.resizing?.disconnect()
    this.chart?.dispose()
    this.chart = null
  }
}
