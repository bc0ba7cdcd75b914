import { startS3 } from './server.ts';

// A local S3 in a process of its own, whose memory is only its own. It ends with the connection to its parent.
const server = await startS3();
process.send?.(server.endpoint);
process.once('disconnect', async () => {
  await server.close();
  process.exit(0);
});
