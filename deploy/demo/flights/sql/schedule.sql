-- One row per scheduled flight: what is known two hours before departure, and the landing, which is known when it has happened.
with departing as (
  select f.*,
         f.time_hour::timestamptz + to_minutes(f.minute::bigint) as scheduled_departure,
         a.tzone as dest_zone
    from flights f left join airports a on a.faa = f.dest),
local_clock as (
  select *,
         scheduled_departure at time zone dest_zone as departure_at_dest,
         scheduled_departure + to_minutes(dep_delay::bigint) as departed_at
    from departing),
arriving as (
  -- The scheduled arrival is the first moment after departure at which a clock at the destination shows sched_arr_time.
  select *,
         (departure_at_dest + to_minutes((((sched_arr_time // 100) * 60 + sched_arr_time % 100
            - (date_part('hour', departure_at_dest) * 60 + date_part('minute', departure_at_dest))) % 1440 + 1440)::bigint % 1440))
           at time zone dest_zone as scheduled_arrival
    from local_clock)
select carrier || '-' || flight || '-' || origin || '-' || dest || '-' || strftime(make_date(year, month, day), '%Y%m%d') as flight_key,
       carrier, flight, origin, dest, tailnum, distance,
       scheduled_departure,
       scheduled_departure - interval 2 hours as decision_at,
       origin || ' ' || strftime((date_trunc('hour', scheduled_departure - interval 2 hours) - interval 1 hour) at time zone 'UTC', '%Y-%m-%dT%H') as weather_hour,
       (sched_dep_time // 100) * 60 + sched_dep_time % 100 as minute_of_day,
       dayofweek(make_date(year, month, day)) as day_of_week,
       date_diff('minute', scheduled_departure, scheduled_arrival) as block_minutes,
       arr_delay,
       case when arr_delay is not null then (arr_delay > 15)::integer end as late,
       -- Without the destination's time zone: departure, flight and an hour on the ground, rather too late than too early.
       case when arr_delay is not null then coalesce(scheduled_arrival + to_minutes(arr_delay::bigint),
                                                      departed_at + to_minutes(air_time::bigint) + interval 60 minutes) end as landed_at,
       dest_zone is null as landing_estimated
  from arriving
