/** NOTIFY channel of published events; the payload lists the topics, or `*` where the list would be too long. */
export const EVENTS_CHANNEL = 'millrace_events';
/** NOTIFY channel of changes in a group's members; the payload is the group. */
export const GROUPS_CHANNEL = 'millrace_groups';

const NOTIFY_ADDED = `
  select pg_notify('${EVENTS_CHANNEL}', case when length(t.topics) < 7000 then t.topics else '*' end)
  from (select string_agg(distinct topic, ',') as topics from added) t where t.topics is not null`;

export const DECLARE = `
  with declared as (
    insert into event_log.topic (name, partitions, retention_days)
    select * from unnest($1::text[], $2::int[], $3::int[])
    on conflict (name) do update set retention_days = excluded.retention_days
    returning name, partitions)
  select name, partitions from declared`;

export const APPEND = `
  with added as (
    insert into event_log.event (topic, part, key, headers, payload)
    select r.topic, r.part, r.key, r.headers, r.payload
    from unnest($1::text[], $2::int[], $3::text[], $4::jsonb[], $5::bytea[]) with ordinality
      as r(topic, part, key, headers, payload, place)
    order by r.place
    returning topic)
  ${NOTIFY_ADDED}`;

// `held` tells an empty partition from one whose events wait for an older transaction, so only the latter is read again soon.
export const READ = `
  select p.slot::int, h.held, e.txid, e.id, e.key, e.headers, e.payload, e.only_group
  from unnest($1::text[], $2::int[], $3::xid8[], $4::bigint[], $5::int[]) with ordinality
    as p(topic, part, txid, id, most, slot)
  cross join lateral (
    select exists (
      select from event_log.event w
      where w.topic = p.topic and w.part = p.part and w.txid >= pg_snapshot_xmin(pg_current_snapshot())) as held) h
  left join lateral (
    select b.* from (
      select w.txid, w.id, w.key, w.headers, w.payload, w.only_group,
             sum(octet_length(w.payload)) over (order by w.txid, w.id) - octet_length(w.payload) as bytes_before
      from (
        select * from event_log.event l
        where l.topic = p.topic and l.part = p.part and (l.txid, l.id) > (p.txid, p.id)
          and l.txid < pg_snapshot_xmin(pg_current_snapshot())
        order by l.txid, l.id limit p.most) w) b
    where b.bytes_before < $6) e on true
  where e.id is not null or h.held
  order by p.slot, e.txid, e.id`;

export const ADVANCE = `
  update event_log.cursor set txid = $5, id = $6
  where grp = $1 and topic = $2 and part = $3 and epoch = $4
  returning epoch`;

// A moment's place is the first event published then or later, but never past an open transaction, which may still commit
// an event below it.
const PLACE_OF_MOMENT = `
  cross join lateral generate_series(0, t.partitions - 1) as n(part)
  cross join lateral (
    select f.txid, f.id - 1 as id from (
      (select e.txid, e.id from event_log.event e
       where e.topic = t.name and e.part = n.part and e.published_at >= $3::timestamptz order by e.txid, e.id limit 1)
      union all select pg_snapshot_xmin(pg_current_snapshot()), 1) f
    order by f.txid, f.id limit 1) place`;

export const BEGIN_GROUP = `
  insert into event_log.cursor (grp, topic, part, txid, id)
  select $1, t.name, n.part, place.txid, place.id from event_log.topic t ${PLACE_OF_MOMENT}
  where t.name = any($2::text[])
  on conflict do nothing`;

/** $4: milliseconds after which a silent member counts as gone. */
export const REWIND = `
  update event_log.cursor c set txid = place.txid, id = place.id, epoch = c.epoch + 1, owner = null
  from event_log.topic t ${PLACE_OF_MOMENT}
  where c.grp = $1 and c.topic = t.name and c.part = n.part and t.name = any($2::text[])
    and not exists (select from event_log.member m where m.grp = $1 and m.seen_at > clock_timestamp() - $4 * interval '1 ms')
  returning c.part`;

export const BEAT = `
  with gone as (
    delete from event_log.member where seen_at < clock_timestamp() - 10 * $4 * interval '1 ms'),
  beat as (
    insert into event_log.member (grp, member, topics, seen_at)
    select b.grp, $1, string_to_array(b.topics, ','), clock_timestamp() from unnest($2::text[], $3::text[]) as b(grp, topics)
    on conflict (grp, member) do update set seen_at = excluded.seen_at)
  select grp, member, topics from event_log.member
  where grp = any($2::text[]) and member <> $1 and seen_at > clock_timestamp() - $4 * interval '1 ms'`;

/** Takes partitions that nobody alive holds. */
export const CLAIM = `
  update event_log.cursor c set owner = $1, epoch = c.epoch + 1
  from unnest($2::text[], $3::text[], $4::int[]) as w(grp, topic, part)
  where c.grp = w.grp and c.topic = w.topic and c.part = w.part
    and (c.owner is null or c.owner = $1 or not exists (
      select from event_log.member m
      where m.grp = c.grp and m.member = c.owner and m.seen_at > clock_timestamp() - $5 * interval '1 ms'))
  returning c.grp, c.topic, c.part, c.txid, c.id, c.epoch`;

export const RELEASE = `
  with freed as (
    update event_log.cursor set owner = null
    where grp = $2 and topic = $3 and part = $4 and epoch = $5 and owner = $1 returning grp)
  select pg_notify('${GROUPS_CHANNEL}', grp) from freed`;

export const LEAVE = `
  with freed as (update event_log.cursor set owner = null where grp = $2 and owner = $1),
  left_group as (delete from event_log.member where grp = $2 and member = $1)
  select pg_notify('${GROUPS_CHANNEL}', $2)`;

export const ANNOUNCE = `select pg_notify('${GROUPS_CHANNEL}', $1)`;

export const LAG = `
  select coalesce(sum(n), 0)::int as lag from event_log.cursor c
  cross join lateral (
    select count(*) as n from (
      select from event_log.event e
      where e.topic = c.topic and e.part = c.part and (e.txid, e.id) > (c.txid, c.id)
        and (e.only_group is null or e.only_group = c.grp)
      limit 10000) w) waiting
  where c.grp = $1`;

export const PARK = `
  insert into event_log.dead_letter (grp, topic, part, key, event_id, workspace, headers, payload, reason, attempts)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (grp, event_id) do update
    set reason = excluded.reason, attempts = excluded.attempts, parked_at = clock_timestamp(), replayed_at = null`;

export const DEAD_LETTERS = `
  select id, grp, topic, key, headers, payload, reason, attempts, parked_at from event_log.dead_letter
  where grp = $1 and replayed_at is null and ($2::text is null or workspace = $2) and id > $3 order by id limit $4`;

export const REPLAY = `
  with again as (
    update event_log.dead_letter set replayed_at = clock_timestamp()
    where grp = $1 and id = any($2::bigint[]) and replayed_at is null
    returning id, topic, part, key, headers, payload),
  added as (
    insert into event_log.event (topic, part, key, headers, payload, only_group)
    select topic, part, key, headers, payload, $1 from again order by id
    returning topic),
  told as (${NOTIFY_ADDED})
  select (select count(*) from added)::int as replayed, (select count(*) from told) as told`;
