/** The health check of a unit in a container: exits 0 when the unit on PORT is ready. */
const port = process.env.PORT ?? '4000';
const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
  ({ ok }) => ok,
  () => false,
);
process.exit(isReady ? 0 : 1);

export {};
