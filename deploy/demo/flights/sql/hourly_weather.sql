-- An hour's weather is known when the hour is over.
select origin || ' ' || strftime(time_hour::timestamptz at time zone 'UTC', '%Y-%m-%dT%H') as weather_hour,
       origin,
       time_hour::timestamptz as event_time,
       time_hour::timestamptz + interval 1 hour as known_at,
       temp, dewp, humid, wind_dir, wind_speed, wind_gust, precip, pressure, visib
  from weather
