/** A month of packet lines of a small cluster, with what is true of it. Told by plan, not by reading the lines. */
export interface Month {
  readonly pods: readonly object[];
  readonly lines: readonly string[];
  /** `namespace/workload destination proto/port` and how many connections. */
  readonly truth: ReadonlyMap<string, number>;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** A Sunday. */
export const MONTH_START = Date.UTC(2026, 10, 1);
/** Days of which no log was kept. */
const MISSING: ReadonlySet<number> = new Set([10, 11]);

interface Pod {
  readonly namespace: string;
  readonly workload: string;
  readonly ip: string;
  readonly from: number;
  readonly until: number;
}

const podDocument = ({ namespace, workload, ip, from, until }: Pod): object => {
  const [kind = '', name = ''] = workload.split('/');
  const hash = '5d4f8c7b9';
  const owner =
    kind === 'Deployment'
      ? { kind: 'ReplicaSet', name: `${name}-${hash}` }
      : { kind: 'Job', name: `${name}-29384730` };
  const ended = { state: { terminated: { finishedAt: new Date(until).toISOString() } } };
  return {
    kind: 'Pod',
    metadata: {
      namespace,
      name: `${name}-${from}`,
      uid: `${name}-${from}-${ip}`,
      labels: { 'pod-template-hash': hash },
      ownerReferences: [owner],
    },
    status: {
      podIP: ip,
      podIPs: [{ ip }],
      startTime: new Date(from).toISOString(),
      phase: 'Succeeded',
      containerStatuses: [ended],
    },
  };
};

const stamp = (at: number): string => `${new Date(at).toISOString()} node-1 kernel: calico-packet: `;
const tcp = (src: string, dst: string, ports: string, flags = 'SYN'): string =>
  `IN=cali1 OUT=eth0 MAC=ee:ee:ee:ee:ee:ee:72:45:5b:79:8f:2b:08:00 SRC=${src} DST=${dst} LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP ${ports} WINDOW=64240 RES=0x00 ${flags} URGP=0 `;

/** What the log holds and is no connection of the pod: answers, fragments, errors with a forged packet inside. */
const noise = (src: string): readonly string[] => [
  tcp('198.51.100.10', src, 'SPT=443 DPT=40001', 'ACK SYN'),
  `IN=cali1 OUT=eth0 SRC=${src} DST=198.51.100.10 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 FRAG:185 PROTO=UDP `,
  `IN=cali1 OUT=eth0 SRC=${src} DST=198.51.100.10 LEN=88 TOS=0x00 PREC=0xC0 TTL=63 ID=1 PROTO=ICMP TYPE=3 CODE=3 [SRC=${src} DST=203.0.113.250 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=1 DPT=6666 WINDOW=1 RES=0x00 SYN URGP=0 ] `,
];

export const createMonth = (): Month => {
  const end = MONTH_START + 30 * DAY;
  const moved = MONTH_START + 15 * DAY;
  const web: Pod = {
    namespace: 'shop',
    workload: 'Deployment/web',
    ip: '10.10.5.21',
    from: MONTH_START,
    until: moved,
  };
  const web2: Pod = { ...web, ip: '10.10.6.9', from: moved, until: end };
  // takes over the address that web gave back
  const api: Pod = {
    namespace: 'data',
    workload: 'Deployment/api',
    ip: web.ip,
    from: moved + HOUR,
    until: end,
  };
  const store: Pod = { ...api, workload: 'Deployment/store', ip: '10.10.7.7', from: MONTH_START };
  const six: Pod = { ...web, workload: 'Deployment/six', ip: 'fd00:10::5', until: end };
  const pods: Pod[] = [web, web2, api, store, six];
  const lines: { at: number; text: string }[] = [];
  const truth = new Map<string, number>();
  let port = 20_000;

  const connect = (pod: Pod, dst: string, to: number, at: number, name = dst): void => {
    if (MISSING.has(Math.floor((at - MONTH_START) / DAY))) return;
    port = port === 60_000 ? 20_000 : port + 1;
    const text = tcp(pod.ip, dst, `SPT=${port} DPT=${to}`);
    for (const again of [0, 1_000, 3_000]) lines.push({ at: at + again, text });
    for (const each of noise(pod.ip)) lines.push({ at: at + 10, text: each });
    const key = `${pod.namespace}/${pod.workload} ${name} TCP/${to}`;
    truth.set(key, (truth.get(key) ?? 0) + 1);
  };

  for (let at = MONTH_START + HOUR; at < end; at += 6 * HOUR) {
    const shop = at < moved ? web : web2;
    connect(shop, '198.51.100.10', 443, at);
    connect(shop, store.ip, 5432, at + 60_000, 'data/Deployment/store');
    connect(shop, `198.51.101.${10 + (Math.floor(at / HOUR) % 7)}`, 443, at + 120_000);
    connect(six, '2001:0db8:0000:0000:0000:0000:0000:0053', 853, at + 180_000);
    if (at > moved + HOUR) connect(api, '192.0.2.80', 8080, at + 240_000);
  }
  for (let at = MONTH_START + 3 * HOUR; at < end; at += 7 * DAY) {
    const job: Pod = { ...web, workload: 'CronJob/backup', ip: '10.10.8.8', from: at, until: at + HOUR };
    pods.push(job);
    connect(job, '192.0.2.50', 22, at + 60_000);
  }
  for (let at = MONTH_START + 20 * DAY; at < end; at += 12 * HOUR)
    connect(web2, '203.0.113.66', 8443, at + 30_000);
  connect(store, '203.0.113.99', 443, MONTH_START + 25 * DAY);
  // an address that no pod has at that time
  lines.push({ at: MONTH_START, text: tcp('10.10.8.8', '203.0.113.1', 'SPT=1 DPT=1') });
  return {
    pods: pods.map(podDocument),
    lines: lines.sort((a, b) => a.at - b.at).map(({ at, text }) => `${stamp(at)}${text}`),
    truth,
  };
};
