import type { ApiRequest } from './api-request.ts';
import { type Constraints, ruleMatches } from './audit-policy.ts';

/** Requests that make up most of an audit log and that no rule but those for "any request" could want. */
export interface Noise {
  readonly why: string;
  readonly match: Constraints;
}

export const ANY_REQUEST: Constraints = {
  users: [],
  userGroups: [],
  verbs: [],
  resources: [],
  namespaces: [],
  nonResourceURLs: [],
};

const WRITES = ['create', 'update', 'patch'];

export const NOISE: readonly Noise[] = [
  {
    why: 'health probes and API discovery, which every client repeats all the time',
    match: {
      ...ANY_REQUEST,
      nonResourceURLs: ['/healthz*', '/livez*', '/readyz*', '/version*', '/openapi*', '/api*', '/metrics*'],
    },
  },
  {
    why: 'lease renewals: every controller and every node, every few seconds',
    match: {
      ...ANY_REQUEST,
      verbs: ['get', 'list', 'watch', ...WRITES],
      resources: [{ group: 'coordination.k8s.io', resources: ['leases'], resourceNames: [] }],
    },
  },
  {
    why: 'events that controllers write about what they do',
    match: {
      ...ANY_REQUEST,
      verbs: WRITES,
      resources: [
        { group: '', resources: ['events'], resourceNames: [] },
        { group: 'events.k8s.io', resources: ['events'], resourceNames: [] },
      ],
    },
  },
  {
    why: 'questions of components about the callers of their own endpoints',
    match: {
      ...ANY_REQUEST,
      verbs: ['create'],
      resources: [
        { group: 'authentication.k8s.io', resources: ['tokenreviews'], resourceNames: [] },
        { group: 'authorization.k8s.io', resources: ['subjectaccessreviews'], resourceNames: [] },
      ],
    },
  },
  {
    why: 'the control plane itself; system:apiserver cannot be used from outside its process',
    match: {
      ...ANY_REQUEST,
      users: [
        'system:apiserver',
        'system:kube-controller-manager',
        'system:kube-scheduler',
        'system:kube-proxy',
      ],
    },
  },
  {
    why: 'kubelets reporting and reading what runs on their node',
    match: { ...ANY_REQUEST, userGroups: ['system:nodes'] },
  },
];

export const isNoise = (request: ApiRequest): boolean =>
  NOISE.some(({ match }) => ruleMatches(match, request));
