import { createDataSource } from '#libs/database';
import { EventConsumer } from '../event-consumer.js';
import { onEvent } from '../event-handler.js';
import { PostgresEventLog } from '../postgres/postgres-event-log.js';
import { TopicCatalogue } from '../topic.js';
import { CRASH_TYPE, crashTopic, type ConsumerProcessOrder } from './crash-topic.js';

/** Consumes until killed, one row of `effect` an event, and tells its parent after each delivery. */
async function consume({ eventsUrl, databaseUrl, topic: name, group }: ConsumerProcessOrder): Promise<void> {
  const topic = crashTopic(name);
  const log = await PostgresEventLog.open({
    url: eventsUrl,
    catalogue: new TopicCatalogue([topic]),
    name: 'victim',
    leaseMs: 300,
  });
  const db = await createDataSource({ service: 'governance', url: databaseUrl, entities: [] });
  const handler = onEvent(topic, CRASH_TYPE, async (tx, { key, value, workspace }) => {
    await tx.query('insert into effect (workspace, key, n) values ($1, $2, $3)', [workspace, key, value.revision]);
    process.send?.(value.revision);
  });
  await EventConsumer.start({ log, db, group, handlers: [handler], batchSize: 20 });
}

await consume(JSON.parse(process.argv[2]!) as ConsumerProcessOrder);
