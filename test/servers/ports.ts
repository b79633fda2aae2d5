import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Free TCP ports of 127.0.0.1, all different. Another process may take one before it is used; nothing else can be had. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  // A TCP server's address is an AddressInfo; only pipes have a string.
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
};
