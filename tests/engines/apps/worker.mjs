// A worker of the tests: `node worker.mjs REDIS_PORT QUEUE...`.
import { Worker } from 'bullmq';

const [redis, ...names] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: +redis, maxRetriesPerRequest: null };
const sleep = ms => new Promise(done => setTimeout(done, ms));

async function run(job) {
  switch (job.name) {
    case 'add': return job.data.x + job.data.y;
    case 'boom': throw new Error(`card declined for order ${job.data.order}`);
    case 'crunch':
      for (let number = 1; number <= job.data.total; number++) {
        await sleep(200);
        await job.updateProgress({ current: number, total: job.data.total, message: `chunk ${number}` });
        await job.log(`${new Date().toISOString()} INFO chunk ${number}`);
      }
      return job.data.total;
    default: await sleep(job.data.ms);
  }
}

for (const name of names) new Worker(name, run, { connection, name: `w-${name}`, concurrency: 2 }).on('error', () => {});
