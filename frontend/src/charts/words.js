/** The few words that the charts themselves say; everything else comes with the data. */
const EN = {
  chart: 'chart', comma: ', ', opens: 'Enter opens it', hint: 'Arrow keys move over the points, Enter opens one.',
  failed: 'The chart could not be drawn. Its table follows.', unit: 'Unit: ', median: 'Median', quartiles: 'Middle half',
  peers: 'Peers', own: 'This unit', due: 'Due', overdue: 'Overdue', noData: 'No data', fewer: 'fewer', more: 'more',
  states: { met: 'Met', at_risk: 'At risk', not_met: 'Not met', none: 'No data' },
  dueCount: (n) => `${n} due`, overdueCount: (n) => `${n} overdue`,
}
const HANS = {
  chart: '图', comma: '，', opens: '按回车键打开', hint: '方向键逐点查看，回车键打开。',
  failed: '图未能绘出，请看下表。', unit: '单位：', median: '中位数', quartiles: '中间一半',
  peers: '同类单位', own: '本单位', due: '到期', overdue: '逾期', noData: '无数据', fewer: '少', more: '多',
  states: { met: '达标', at_risk: '有风险', not_met: '未达标', none: '无数据' },
  dueCount: (n) => `${n} 项到期`, overdueCount: (n) => `${n} 项逾期`,
}
const HANT = {
  chart: '圖', comma: '，', opens: '按 Enter 鍵開啟', hint: '方向鍵逐點查看，Enter 鍵開啟。',
  failed: '圖未能繪出，請看下表。', unit: '單位：', median: '中位數', quartiles: '中間一半',
  peers: '同類單位', own: '本單位', due: '到期', overdue: '逾期', noData: '無資料', fewer: '少', more: '多',
  states: { met: '達標', at_risk: '有風險', not_met: '未達標', none: '無資料' },
  dueCount: (n) => `${n} 項到期`, overdueCount: (n) => `${n} 項逾期`,
}

export function wordsOf(lang) {
  if (/^zh.*(hant|tw|hk|mo)/i.test(lang)) return HANT
  return /^zh/i.test(lang) ? HANS : EN
}

/** Returns value => text in the page's language; the unit follows when `withUnit`. */
export function formatter(lang, unit) {
  const numbers = new Intl.NumberFormat(lang || 'en', { maximumFractionDigits: 2 })
  const tail = unit ? (/^[%‰°]/.test(unit) || /^zh/i.test(lang) ? unit : ` ${unit}`) : ''
  return (value, withUnit = false) => numbers.format(value) + (withUnit ? tail : '')
}
