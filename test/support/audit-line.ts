/** Audit lines for tests that need very many: `exec` opens a shell in a sensitive pod (K4), else somebody lists pods. */
export interface AuditLine {
  readonly id: number;
  readonly ms: number;
  readonly user: string;
  readonly exec: boolean;
}

export const auditLine = ({ id, ms, user, exec }: AuditLine): string => {
  const stamp = `${new Date(ms).toISOString().slice(0, -1)}000Z`;
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: exec
      ? '/api/v1/namespaces/vault/pods/vault-0/exec?command=sh'
      : '/api/v1/namespaces/apps/pods',
    verb: exec ? 'get' : 'list',
    user: { username: user, groups: ['system:authenticated'] },
    sourceIPs: ['10.0.20.5'],
    userAgent: 'kubectl/v1.35.4 (linux/amd64) kubernetes/1b9fa4e',
    objectRef: exec
      ? { resource: 'pods', namespace: 'vault', name: 'vault-0', apiVersion: 'v1', subresource: 'exec' }
      : { resource: 'pods', namespace: 'apps', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: exec ? 101 : 200 },
    requestReceivedTimestamp: stamp,
    stageTimestamp: stamp,
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
  });
};

/** Sources of the example, of which only the first has lines. */
export const onlyKubeAudit = (selector: string): readonly object[] => [
  { name: 'kube-audit', loki: selector, format: 'kube-audit' },
  { name: 'vault-audit', loki: '{job="none-vault"}', format: 'vault-audit' },
  { name: 'sshd-pve', loki: '{job="none-sshd"}', format: 'sshd' },
  { name: 'calico-packet', loki: '{job="none-calico"}', format: 'netfilter' },
];

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
