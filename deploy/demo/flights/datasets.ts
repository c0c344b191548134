/** A rule of a contract, as `defineContract` takes it. */
export interface RuleInput {
  readonly name: string;
  readonly kind: 'not_null' | 'unique' | 'reference' | 'expression';
  readonly columns?: readonly string[];
  readonly expression?: string;
  readonly references?: string;
  readonly action: 'flag' | 'quarantine';
  readonly reason: string;
}

export interface SourceFile {
  readonly dataset: string;
  readonly file: string;
  readonly format: 'csv' | 'parquet';
  readonly description: string;
  readonly rules: readonly RuleInput[];
}

/** The airline's files, each with what is demanded of it; datasets that others refer to come first. */
export const SOURCES: readonly SourceFile[] = [
  {
    dataset: 'airlines',
    file: 'airlines.csv',
    format: 'csv',
    description: 'Carriers by code',
    rules: [
      { name: 'carrier_once', kind: 'unique', columns: ['carrier'], action: 'quarantine', reason: 'a code names one carrier' },
    ],
  },
  {
    dataset: 'airports',
    file: 'airports.csv',
    format: 'csv',
    description: 'Airports with their time zones',
    rules: [
      { name: 'airport_once', kind: 'unique', columns: ['faa'], action: 'quarantine', reason: 'a code names one airport' },
      {
        name: 'zone_known',
        kind: 'not_null',
        columns: ['tzone'],
        action: 'quarantine',
        reason: 'without a time zone no landing time can be told',
      },
    ],
  },
  {
    dataset: 'planes',
    file: 'planes.csv',
    format: 'csv',
    description: 'Planes by tail number',
    rules: [
      { name: 'tail_once', kind: 'unique', columns: ['tailnum'], action: 'quarantine', reason: 'a tail number names one plane' },
      { name: 'year_known', kind: 'not_null', columns: ['year'], action: 'flag', reason: "the plane's age is missing" },
    ],
  },
  {
    dataset: 'weather',
    file: 'weather.csv',
    format: 'csv',
    description: 'Weather at the three origins, by the hour',
    rules: [
      {
        name: 'hour_once',
        kind: 'unique',
        columns: ['origin', 'time_hour'],
        action: 'quarantine',
        reason: 'one observation an hour',
      },
      {
        name: 'wind_possible',
        kind: 'expression',
        columns: ['wind_speed'],
        expression: 'wind_speed is null or wind_speed between 0 and 200',
        action: 'quarantine',
        reason: 'no wind of more than 200 mph was ever measured on the ground: the gauge failed',
      },
      { name: 'pressure_measured', kind: 'not_null', columns: ['pressure'], action: 'flag', reason: 'the barometer has gaps' },
      {
        name: 'gust_measured',
        kind: 'not_null',
        columns: ['wind_gust'],
        action: 'flag',
        reason: 'gusts are reported only when there are any',
      },
    ],
  },
  {
    dataset: 'flights',
    file: 'flights.parquet',
    format: 'parquet',
    description: "Departures from New York's three airports in 2013",
    rules: [
      {
        name: 'flight_once',
        kind: 'unique',
        columns: ['year', 'month', 'day', 'carrier', 'flight', 'origin', 'dest'],
        action: 'quarantine',
        reason: 'one departure of a flight a day',
      },
      {
        name: 'arrived',
        kind: 'not_null',
        columns: ['arr_delay'],
        action: 'flag',
        reason: 'cancelled or diverted: there will never be an outcome',
      },
      { name: 'tail_given', kind: 'not_null', columns: ['tailnum'], action: 'flag', reason: 'the plane was not recorded' },
      {
        name: 'tail_known',
        kind: 'reference',
        columns: ['tailnum'],
        references: 'planes.tailnum',
        action: 'flag',
        reason: 'the plane is not in the register',
      },
      {
        name: 'carrier_known',
        kind: 'reference',
        columns: ['carrier'],
        references: 'airlines.carrier',
        action: 'quarantine',
        reason: 'nobody flies under this code',
      },
      {
        name: 'destination_known',
        kind: 'reference',
        columns: ['dest'],
        references: 'airports.faa',
        action: 'flag',
        reason: 'no row for the airport: the landing time is estimated from departure and flight time',
      },
    ],
  },
];

export interface Derivation {
  readonly dataset: string;
  readonly description: string;
  readonly sqlFile: string;
  readonly inputs: readonly string[];
  readonly orderBy: readonly string[];
  readonly rules: readonly RuleInput[];
}

/** What features read, made by SQL from the files. */
export const DERIVATIONS: readonly Derivation[] = [
  {
    dataset: 'hourly_weather',
    description: 'Weather with the time at which each hour is known',
    sqlFile: 'hourly_weather.sql',
    inputs: ['weather'],
    orderBy: ['origin', 'event_time'],
    rules: [],
  },
  {
    dataset: 'plane_facts',
    description: 'What a plane is',
    sqlFile: 'plane_facts.sql',
    inputs: ['planes'],
    orderBy: ['tailnum'],
    rules: [],
  },
  {
    dataset: 'schedule',
    description: 'Scheduled flights with decision time, outcome and the time at which the outcome is known',
    sqlFile: 'schedule.sql',
    inputs: ['flights', 'airports'],
    orderBy: ['decision_at', 'flight_key'],
    rules: [
      { name: 'key_once', kind: 'unique', columns: ['flight_key'], action: 'quarantine', reason: 'one decision per flight' },
      {
        name: 'weather_known',
        kind: 'reference',
        columns: ['weather_hour'],
        references: 'hourly_weather.weather_hour',
        action: 'flag',
        reason: 'no weather of the last full hour before the decision: an earlier one stands in, or none',
      },
    ],
  },
];
