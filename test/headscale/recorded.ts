/** Nodes as the versions give them; the secrets are invented, and must come out nowhere. */
export const SECRET = 'nodekey-0123456789abcdef-secret';

const common = {
  machineKey: `mkey:${SECRET}`,
  nodeKey: `nodekey:${SECRET}`,
  discoKey: `discokey:${SECRET}`,
  lastSeen: '2026-11-20T09:59:00Z',
  createdAt: '2026-01-01T00:00:00Z',
  registerMethod: 'REGISTER_METHOD_CLI',
  online: true,
};

const user = (name: string) => ({ id: '1', name, createdAt: '2026-01-01T00:00:00Z' });

/** 0.22: machines, ids as strings, the whole pre-auth key. */
export const machines022 = {
  machines: [
    {
      ...common,
      id: '1',
      ipAddresses: ['100.64.0.1', 'fd7a:115c:a1e0::1'],
      name: 'laptop-3',
      givenName: 'laptop-3',
      user: user('viktor'),
      expiry: '0001-01-01T00:00:00Z',
      preAuthKey: { user: 'viktor', id: '1', key: SECRET, reusable: true },
      forcedTags: [],
      invalidTags: [],
      validTags: [],
    },
    {
      ...common,
      id: '2',
      ipAddresses: ['100.64.0.2'],
      name: 'gw-1',
      givenName: 'gw-1',
      user: user('infra'),
      expiry: null,
      preAuthKey: null,
      forcedTags: ['tag:router'],
      invalidTags: [],
      validTags: [],
    },
  ],
};

export const routes022 = {
  routes: [
    {
      id: '1',
      machine: { id: '2', name: 'gw-1' },
      prefix: '10.77.0.0/16',
      advertised: true,
      enabled: true,
      isPrimary: true,
    },
    {
      id: '2',
      machine: { id: '2', name: 'gw-1' },
      prefix: '0.0.0.0/0',
      advertised: true,
      enabled: true,
      isPrimary: false,
    },
    {
      id: '3',
      machine: { id: '2', name: 'gw-1' },
      prefix: '10.88.0.0/16',
      advertised: true,
      enabled: false,
      isPrimary: false,
    },
  ],
};

/** 0.23 to 0.25: the same under another name. */
export const nodes023 = { nodes: machines022.machines };
export const routes023 = {
  routes: routes022.routes.map(({ machine, ...rest }) => ({ ...rest, node: machine })),
};

/** 0.28 and later: one list of tags, a pseudo user for tagged nodes, routes with the node. */
export const nodes028 = {
  nodes: [
    {
      ...common,
      id: '1',
      ipAddresses: ['100.64.0.1', 'fd7a:115c:a1e0::1'],
      name: 'laptop-3',
      givenName: 'laptop-3',
      user: { ...user('viktor'), displayName: '', email: '', provider: '', providerId: '' },
      expiry: null,
      preAuthKey: null,
      tags: [],
      approvedRoutes: [],
      availableRoutes: [],
      subnetRoutes: [],
    },
    {
      ...common,
      id: '2',
      ipAddresses: ['100.64.0.2'],
      name: 'gw-1',
      givenName: 'gw-1',
      user: { ...user('tagged-devices'), id: '2147455555' },
      expiry: null,
      preAuthKey: null,
      tags: ['tag:router'],
      approvedRoutes: ['10.77.0.0/16', '0.0.0.0/0', '::/0'],
      availableRoutes: ['10.77.0.0/16', '10.88.0.0/16', '0.0.0.0/0', '::/0'],
      subnetRoutes: ['10.77.0.0/16'],
    },
  ],
};
