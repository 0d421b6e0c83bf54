/** Draws every figure[data-chart] of a page, when it comes near the screen and again when page or theme change. */
import { Figure } from './figure.js'
import sheetText from './style.css?inline'

const SELECTOR = 'figure[data-chart]'
const drawn = new Map()

const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) draw(target)
}, { rootMargin: '300px' })

function draw(element) {
  near.unobserve(element)
  const figure = drawn.get(element)
  if (figure && !figure.started) figure.start()
}

function adopt(root) {
  const found = root.matches?.(SELECTOR) ? [root] : root.querySelectorAll?.(SELECTOR) ?? []
  for (const element of found) {
    if (drawn.has(element)) continue
    drawn.set(element, new Figure(element))
    near.observe(element)
  }
}

function forgetRemoved() {
  for (const [element, figure] of drawn) {
    if (element.isConnected) continue
    near.unobserve(element)
    figure.stop()
    drawn.delete(element)
  }
}

const redraw = () => drawn.forEach((figure) => figure.redraw())

function start() {
  // A constructed sheet, because the site's policy refuses style elements.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(sheetText)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]

  adopt(document)
  new MutationObserver((changes) => {
    forgetRemoved()
    for (const { addedNodes } of changes) addedNodes.forEach(adopt)
  }).observe(document.body, { childList: true, subtree: true })

  new MutationObserver(redraw).observe(document.documentElement, {
    attributeFilter: ['class', 'lang', 'data-theme', 'data-bs-theme', 'style'],
  })
  for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print']) {
    matchMedia(query).addEventListener('change', redraw)
  }
  // Paper has no scrolling: what was not looked at yet is drawn too.
  addEventListener('beforeprint', () => [...drawn.keys()].forEach(draw))
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start)
else start()
