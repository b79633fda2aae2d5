import { describe, expect, it } from 'vitest';
import { asksDryRun, nodeProxyPath } from '../../src/decoders/kube-uri.ts';

describe('asksDryRun', () => {
  it.each([
    ['/api/v1/pods?dryRun=All', true],
    ['/api/v1/pods?fieldManager=x&dryRun=All', true],
    ['/api/v1/pods?dry%52un=All', true],
    ['/api/v1/pods?dryRun=%41ll', true],
    ['/api/v1/pods?dryRun=&dryRun=All', true],
    ['/api/v1/pods', false],
    ['/api/v1/pods?dryRun=', false],
    ['/api/v1/pods?dryRun=all', false],
    ['/api/v1/pods?dryRun=None', false],
    ['/api/v1/pods?xdryRun=All', false],
    ['/api/v1/pods?dryrun=All', false],
    ['/api/v1/pods?fieldManager=dryRun=All', false],
    ['/api/v1/pods?fieldManager=%26dryRun=All', false],
    ['/api/v1/namespaces/dryRun=All/pods', false],
    ['/api/v1/pods?a=b?dryRun=All', false],
  ])('%s is %s', (uri, expected) => {
    expect(asksDryRun(uri)).toBe(expected);
  });
});

describe('nodeProxyPath', () => {
  it.each([
    ['/api/v1/nodes/n1/proxy/metrics', '/metrics'],
    ['/api/v1/nodes/n1/proxy/metrics?x=/run', '/metrics'],
    ['/api/v1/nodes/n1/proxy/metrics/cadvisor', '/metrics/cadvisor'],
    ['/api/v1/nodes/n1/proxy/stats/', '/stats/'],
    ['/api/v1/nodes/n1/proxy', '/'],
    ['/api/v1/nodes/n1/proxy/', '/'],
    ['/api/v1/nodes/n1/proxy/metrics/../run/ns/pod/c', '/run/ns/pod/c'],
    ['/api/v1/nodes/n1/proxy/metrics/%2e%2e/run/ns/pod/c', '/run/ns/pod/c'],
    ['/api/v1/nodes/n1/proxy/metrics%2F..%2Frun', '/run'],
    ['/api/v1/nodes/n1/proxy/metrics//../../run', '/run'],
    ['/api/v1/nodes/n1/proxy/metrics//../run', '/run'],
    ['/api/v1/nodes/n1/%70roxy/run', '/run'],
    ['/api/v1/nodes/n1/proxy%2Frun', '/run'],
    ['/api/v1/nodes/n1/proxy/./metrics', '/metrics'],
    ['/api/v1/nodes/n1/proxy/metrics\n/x', '/metrics\n/x'],
    ['/api/v1/nodes/n1%2Fproxy/proxy/metrics', '/proxy/metrics'],
    ['/api/v1/nodes/n1/proxy/%zz', undefined],
    ['/api/v1/nodes/n1/proxymetrics', undefined],
    ['/api/v1/namespaces/x/pods/p/proxy/metrics', undefined],
    ['', undefined],
  ])('%s asks for %s', (uri, expected) => {
    expect(nodeProxyPath(uri)).toBe(expected);
  });
});
