import type { DecodeContext } from '../decoders/decoder.ts';
import { KubeEvent } from '../decoders/kube-event.ts';
import type { Event } from '../event.ts';
import { createZones } from '../zones.ts';
import { isLongRunning } from './api-verbs.ts';
import type { Probe } from './probes.ts';

const CONTEXT: DecodeContext = { zones: createZones({}), trustedProxies: createZones({}) };

/** The audit document that a probe leaves at level Metadata, with what `rest` adds. */
export const probeDocument = (
  { request, loggedName }: Probe,
  rest: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => {
  const { user, groups, verb, object, path } = request;
  const long = isLongRunning(verb, object?.subresource ?? '');
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    stage: long ? 'ResponseStarted' : 'ResponseComplete',
    requestURI: path,
    verb,
    user: { username: user, groups },
    ...(object === undefined
      ? {}
      : {
          objectRef: {
            resource: object.resource,
            ...(object.group === '' ? {} : { apiGroup: object.group }),
            ...(object.subresource === '' ? {} : { subresource: object.subresource }),
            ...(object.namespace === '' ? {} : { namespace: object.namespace }),
            ...(loggedName === '' ? {} : { name: loggedName }),
          },
        }),
    responseStatus: { code: 200 },
    ...rest,
  };
};

/** The event that rules get to see of a probe. */
export const probeEvent = (probe: Probe, context: DecodeContext = CONTEXT, rest = {}): Event => {
  const doc = probeDocument(probe, rest);
  const line = { text: '', file: '-', number: 1, labels: undefined, time: undefined, notAfter: undefined };
  return new KubeEvent(line, 'kube-audit', doc, context, '');
};
