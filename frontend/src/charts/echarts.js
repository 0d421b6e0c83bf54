/** The parts of ECharts that the charts use, and nothing else: what is not named here is not in the file. */
import { CustomChart, LineChart, RadarChart } from 'echarts/charts'
import { DataZoomSliderComponent, GeoComponent, GridComponent, RadarComponent } from 'echarts/components'
import { init, registerMap, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([CustomChart, LineChart, RadarChart, DataZoomSliderComponent, GeoComponent, GridComponent, RadarComponent, SVGRenderer])

export { init, registerMap }
