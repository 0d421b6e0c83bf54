/** The kinds of charts. Each gives build(data, context): {height, option, points, place(point, chart), keys, note, ...}. */
import { calendar } from './calendar.js'
import { distance } from './distance.js'
import { geo } from './geo.js'
import { radar } from './radar.js'
import { spread } from './spread.js'
import { stacked } from './stacked.js'
import { tiles } from './tiles.js'
import { trend } from './trend.js'

export const kinds = { calendar, distance, geo, radar, spread, stacked, tiles, trend }
