import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { defineConfig } from 'vite'

/** ECharts holds one `new Function` for browsers without JSON; it is taken out, so that no eval is in the file. */
const withoutEval = {
  name: 'without-eval',
  transform(code, id) {
    if (!id.endsWith('GeoJSONResource.js')) return null
    const out = code.replace(/typeof JSON !== 'undefined' && JSON\.parse \? (JSON\.parse\(source\)) : new Function\(.*?\)\(\)/, '$1')
    if (out === code) this.error('the line with new Function has changed: look at GeoJSONResource.js')
    return out
  },
}

/** Whoever passes the built file on must pass on the licences of what is in it. */
const licences = {
  name: 'licences',
  generateBundle() {
    const texts = ['echarts/LICENSE', 'echarts/NOTICE', 'echarts/licenses/LICENSE-d3', 'zrender/LICENSE', 'tslib/LICENSE.txt']
    const source = texts.map((path) => `== ${path}\n\n${readFileSync(`node_modules/${path}`, 'utf8').trim()}\n`).join('\n')
    this.emitFile({ type: 'asset', fileName: 'charts.LICENSES.txt', source })
  },
}

const printSize = {
  name: 'print-size',
  generateBundle(_, bundle) {
    for (const { fileName, code, type } of Object.values(bundle)) {
      if (type !== 'chunk') continue
      if (/\beval\(|new Function\(/.test(code)) this.error(`${fileName} evaluates text, which the site forbids`)
      console.log(`charts: ${fileName} ${(gzipSync(code).length / 1024).toFixed(1)} KB gzipped`)
    }
  },
}

export default defineConfig({
  plugins: [withoutEval, licences, printSize],
  logLevel: 'warn',
  build: {
    outDir: '../src/duxue/web/static/duxue/build',
    emptyOutDir: true,
    target: ['chrome87', 'firefox101', 'safari16.4'],
    lib: { entry: 'src/charts/index.js', formats: ['iife'], name: 'duxueCharts', fileName: () => 'charts.js' },
  },
  define: { 'process.env.NODE_ENV': '"production"' },
})
