/** Entities of the flights: name, description, key columns. */
export const ENTITIES = [
  { name: 'origin', description: 'An airport of departure', keys: ['origin'] },
  { name: 'destination', description: 'An airport of arrival', keys: ['dest'] },
  { name: 'carrier', description: 'An airline', keys: ['carrier'] },
  { name: 'carrier_origin', description: 'An airline at an airport of departure', keys: ['carrier', 'origin'] },
  { name: 'route', description: 'A pair of airports', keys: ['origin', 'dest'] },
  { name: 'plane', description: 'A plane, by its tail number', keys: ['tailnum'] },
] as const;
type EntityName = (typeof ENTITIES)[number]['name'];

interface LatestView {
  readonly kind: 'latest';
  readonly name: string;
  readonly entity: EntityName;
  readonly source: string;
  readonly eventTimeColumn: string;
  readonly knownTimeColumn: string;
  readonly maxAgeHours: number | null;
  readonly features: readonly {
    readonly name: string;
    readonly column: string;
    readonly description: string;
    readonly age?: boolean;
  }[];
}
interface WindowView {
  readonly kind: 'window';
  readonly name: string;
  readonly entity: EntityName;
  readonly source: string;
  readonly knownTimeColumn: string;
  readonly features: readonly {
    readonly name: string;
    readonly column: string;
    readonly windowHours: number;
    readonly description: string;
  }[];
}
export type View = LatestView | WindowView;

function lateness(
  name: string,
  entity: EntityName,
  whose: string,
  prefix: string,
  windows: readonly (readonly [string, number])[],
): WindowView {
  const features = windows.map(([label, windowHours]) => ({
    name: `${prefix}_late_${label}`,
    column: 'late',
    windowHours,
    description: `Share of late arrivals among ${whose} landings of the last ${label}, as known at the decision`,
  }));
  return { kind: 'window', name, entity, source: 'schedule', knownTimeColumn: 'landed_at', features };
}

const WEATHER: readonly (readonly [string, string])[] = [
  ['temp', 'Temperature in °F'],
  ['dewp', 'Dew point in °F'],
  ['humid', 'Relative humidity in per cent'],
  ['wind_dir', 'Direction of the wind in degrees'],
  ['wind_speed', 'Wind in mph'],
  ['wind_gust', 'Gusts in mph'],
  ['precip', 'Precipitation in inches'],
  ['pressure', 'Pressure in millibars'],
  ['visib', 'Visibility in miles'],
];

export const VIEWS: readonly View[] = [
  {
    kind: 'latest',
    name: 'origin_weather',
    entity: 'origin',
    source: 'hourly_weather',
    eventTimeColumn: 'event_time',
    knownTimeColumn: 'known_at',
    maxAgeHours: 6,
    features: WEATHER.map(([column, description]) => ({
      name: column,
      column,
      description: `${description} at the origin, in the last full hour known`,
    })),
  },
  lateness('origin_landings', 'origin', "the origin's", 'origin', [
    ['3h', 3],
    ['24h', 24],
  ]),
  lateness('dest_landings', 'destination', "the destination's", 'dest', [
    ['6h', 6],
    ['24h', 24],
  ]),
  lateness('carrier_landings', 'carrier', "the carrier's", 'carrier', [
    ['24h', 24],
    ['7d', 168],
  ]),
  lateness('carrier_origin_landings', 'carrier_origin', "this carrier's and origin's", 'carrier_origin', [['24h', 24]]),
  lateness('route_landings', 'route', "the route's", 'route', [
    ['24h', 24],
    ['7d', 168],
  ]),
  {
    kind: 'latest',
    name: 'tail_landing',
    entity: 'plane',
    source: 'schedule',
    eventTimeColumn: 'landed_at',
    knownTimeColumn: 'landed_at',
    maxAgeHours: 48,
    features: [
      {
        name: 'tail_last_delay',
        column: 'arr_delay',
        description: "Delay in minutes of the plane's previous leg, if it has landed",
      },
      { name: 'tail_last_age', column: 'arr_delay', age: true, description: "Hours since the plane's previous leg landed" },
    ],
  },
  {
    kind: 'latest',
    name: 'plane',
    entity: 'plane',
    source: 'plane_facts',
    eventTimeColumn: 'event_time',
    knownTimeColumn: 'known_at',
    maxAgeHours: null,
    features: [
      { name: 'plane_year', column: 'plane_year', description: 'Year in which the plane was built' },
      { name: 'seats', column: 'seats', description: 'Seats of the plane' },
    ],
  },
];

/** What a caller brings for one flight. */
export const REQUEST_COLUMNS = [
  { name: 'flight_key', type: 'text', description: 'Carrier, number, route and day of the flight' },
  { name: 'carrier', type: 'text', description: 'Airline' },
  { name: 'origin', type: 'text', description: 'Airport of departure' },
  { name: 'dest', type: 'text', description: 'Airport of arrival' },
  { name: 'tailnum', type: 'text', description: 'Tail number of the plane, where known' },
  { name: 'minute_of_day', type: 'number', description: 'Scheduled departure, minutes after local midnight' },
  { name: 'day_of_week', type: 'number', description: 'Day of the week of the departure, 0 is Sunday' },
  { name: 'distance', type: 'number', description: 'Distance in miles' },
  { name: 'block_minutes', type: 'number', description: 'Scheduled time from departure to arrival' },
] as const;

const REQUEST_FEATURES: readonly (readonly [string, 'number' | 'text'])[] = [
  ['minute_of_day', 'number'],
  ['day_of_week', 'number'],
  ['distance', 'number'],
  ['block_minutes', 'number'],
  ['carrier', 'text'],
  ['origin', 'text'],
  ['dest', 'text'],
];

interface VectorPlace {
  readonly name: string;
  readonly viewId?: string;
  readonly keys?: readonly string[];
  readonly expression?: string;
  readonly type: 'number' | 'text';
  readonly description: string;
}

/** The vector: the views' features in order, then the schedule. */
export function vectorOf(viewIds: ReadonlyMap<string, string>): readonly VectorPlace[] {
  const fromViews = VIEWS.flatMap(({ name: view, entity, features }) => {
    const keys = ENTITIES.find((candidate) => candidate.name === entity)!.keys;
    return features.map(({ name, description }) => ({
      name,
      viewId: viewIds.get(view)!,
      keys,
      type: 'number' as const,
      description,
    }));
  });
  const fromRequest = REQUEST_FEATURES.map(([name, type]) => ({
    name,
    expression: name,
    type,
    description: REQUEST_COLUMNS.find((column) => column.name === name)!.description,
  }));
  return [...fromViews, ...fromRequest];
}
