// BullMQ's own client: `node client.mjs REDIS_PORT load`, `state QUEUE ID`, `paused QUEUE`, `flood N`, `flow`; answers in JSON.
import { FlowProducer, Queue } from 'bullmq';

const [redis, verb, name, id] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: +redis };
const queue = name => new Queue(name, { connection });

async function load() {
  const ids = {};
  const put = async (label, name, job, data, options) => {
    ids[label] = `${encodeURIComponent(name)}/${(await queue(name).add(job, data, options)).id}`;
  };
  await put('success', 'mail', 'add', { x: 1, y: 2 });
  await put('failure', 'mail', 'boom', { order: 4711 });
  await put('retrying', 'mail', 'boom', { order: 1 }, { attempts: 5, backoff: { type: 'fixed', delay: 600000 } });
  await put('scheduled', 'mail', 'add', { x: 3, y: 4 }, { delay: 3600000 });
  await put('promoted', 'mail', 'add', { x: 5, y: 5 }, { delay: 3600000 });
  await put('odd', 'mail', 'add', { x: 3, y: 4 }, { jobId: 'a/b c%d' });
  await put('progress', 'render', 'crunch', { total: 3000 });
  await put('waiting', 'parked', 'nap', { ms: 1 });
  await put('lost', 'doomed', 'nap', { ms: 600000 });
  await queue('mail').upsertJobScheduler('nightly', { pattern: '0 3 * * *' }, { name: 'add', data: { x: 0, y: 0 } });
  return ids;
}

const verbs = {
  load,
  state: () => queue(name).getJobState(id),
  flow: async () => {
    const children = [{ name: 'nap', queueName: 'parked', data: { ms: 1 } }];
    const made = await new FlowProducer({ connection }).add({ name: 'add', queueName: 'mail', children });
    return [`mail/${made.job.id}`, `parked/${made.children[0].job.id}`];
  },
  paused: () => queue(name).isPaused(),
  flood: async () => {
    const jobs = Array.from({ length: +name }, (_, number) => ({ name: 'add', data: { x: number, y: 1 } }));
    return (await queue('mail').addBulk(jobs)).length;
  },
};
console.log(JSON.stringify(await verbs[verb]()));
process.exit(0);
