// bull-board over the queues of the tests: `node board.mjs PORT REDIS_PORT`.
import express from 'express';
import { Queue } from 'bullmq';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';

const [port, redis] = process.argv.slice(2).map(Number);
const connection = { host: '127.0.0.1', port: redis };
const serverAdapter = new ExpressAdapter();
serverAdapter.setBasePath('/admin');
const queues = ['mail', 'render', 'parked', 'doomed'].map(name => new BullMQAdapter(new Queue(name, { connection })));
createBullBoard({ queues, serverAdapter });
const app = express();
app.use('/admin', serverAdapter.getRouter());
app.listen(port, '127.0.0.1');
