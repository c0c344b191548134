-- What a plane is does not change during the story: it was known long before.
select tailnum, year as plane_year, seats, timestamptz '1900-01-01 00:00:00+00' as event_time, timestamptz '1900-01-01 00:00:00+00' as known_at
  from planes
