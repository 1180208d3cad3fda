/** The minimum cost of a proxy on Node: receives a request, fetches one answer and passes it on. */
import { createServer } from 'node:http';
import { Pool } from 'undici';

const upstream = new Pool(process.env.UPSTREAM ?? '', { connections: 128 });
const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', async () => {
    const { body } = await upstream.request({
      method: 'POST',
      path: '/whole',
      headers: { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' },
      body: Buffer.concat(pieces),
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(await body.text());
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
