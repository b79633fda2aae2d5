import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface HttpAnswer {
  readonly status?: number;
  readonly body?: string;
  /** No answer at all. */
  readonly hang?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface HttpDouble {
  readonly url: string;
  readonly requests: readonly HttpRequest[];
  answer(decide: (request: HttpRequest) => HttpAnswer): void;
}

/** A server that answers what the test says, stopped with the test. */
export async function startHttpDouble(): Promise<HttpDouble> {
  const requests: HttpRequest[] = [];
  let decide: (request: HttpRequest) => HttpAnswer = () => ({});
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const seen: HttpRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    requests.push(seen);
    const { status = 200, body = '', hang = false, headers = {} } = decide(seen);
    if (!hang) response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo; // a TCP server's
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: (given) => {
      decide = given;
    },
  };
}
