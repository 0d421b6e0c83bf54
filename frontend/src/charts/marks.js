/**
 * A shape for each state, so that colour never speaks alone: a tick, a warning sign, a cross, an empty ring.
 * Paths in a box of 16; inner parts run against the outer ones, which makes them holes.
 */
const DISC = 'M8 0A8 8 0 1 1 8 16A8 8 0 1 1 8 0Z'

export const MARKS = {
  met: `${DISC}M3.2 8.3L6.9 12L12.8 6.1L11.4 4.7L6.9 9.2L4.6 6.9Z`,
  at_risk: 'M8 .6L16 15.4H0ZM7 5.4V10.6H9V5.4ZM7 11.8V13.8H9V11.8Z',
  not_met:
    'M2 0H14A2 2 0 0 1 16 2V14A2 2 0 0 1 14 16H2A2 2 0 0 1 0 14V2A2 2 0 0 1 2 0Z' +
    'M6.6 8L3.6 11L5 12.4L8 9.4L11 12.4L12.4 11L9.4 8L12.4 5L11 3.6L8 6.6L5 3.6L3.6 5Z',
  none: `${DISC}M8 2A6 6 0 1 0 8 14A6 6 0 1 0 8 2Z`,
}

export const TOKEN_OF_STATE = { met: 'met', at_risk: 'at-risk', not_met: 'not-met', none: 'muted' }

/** An ECharts element with the mark of a state, its centre at x, y. */
export function mark(state, x, y, size, theme) {
  return {
    type: 'path',
    silent: true,
    // Placed by the element: ECharts lays the shape of a path out once and keeps it when the row moves.
    x: x - size / 2,
    y: y - size / 2,
    shape: { pathData: MARKS[state] ?? MARKS.none, x: 0, y: 0, width: size, height: size },
    style: { fill: theme.color(TOKEN_OF_STATE[state]) },
  }
}
