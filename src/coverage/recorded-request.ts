import { pathOf } from '../decoders/kube-uri.ts';
import { object, text, texts } from '../decoders/narrow.ts';
import type { ApiObject, ApiRequest } from './api-request.ts';

/** The request that an audit event tells of, as the policy saw it. */
export const recordedRequest = (doc: Readonly<Record<string, unknown>>): ApiRequest => {
  const user = object(doc['user']);
  const path = pathOf(text(doc['requestURI']) ?? '');
  const verb = text(doc['verb']) ?? '';
  return {
    user: text(user?.['username']),
    groups: texts(user?.['groups']) ?? [],
    verb,
    object: objectOf(doc, verb),
    path: decoded(path),
  };
};

const objectOf = (doc: Readonly<Record<string, unknown>>, verb: string): ApiObject | undefined => {
  const reference = object(doc['objectRef']);
  const resource = text(reference?.['resource']);
  if (resource === undefined) return undefined;
  const part = (key: string): string => text(reference?.[key]) ?? '';
  const subresource = part('subresource');
  // Creation names its object in the body, which the policy does not see.
  const unnamed = verb === 'create' && subresource === '';
  return {
    group: part('apiGroup'),
    resource,
    subresource,
    namespace: part('namespace'),
    name: unnamed ? '' : part('name'),
  };
};

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
