/**
 * What a Kubernetes `requestURI` says. It is logged raw, exactly as the client spelled it:
 * `%70roxy`, `proxy%2Frun` and `/metrics/../run` all reach the API server and the kubelet.
 */

/** True when the query has a parameter named exactly `dryRun` with the value `All`. */
export const asksDryRun = (uri: string): boolean => {
  const start = uri.indexOf('?');
  // The literal is only a shortcut for the common case: names can be percent-encoded.
  if (start < 0 || !(uri.includes('dryRun', start) || uri.includes('%', start))) return false;
  return new URLSearchParams(uri.slice(start + 1)).getAll('dryRun').includes('All');
};

export const pathOf = (uri: string): string => {
  const query = uri.indexOf('?');
  return query < 0 ? uri : uri.slice(0, query);
};

/**
 * The path that a nodes/proxy request asks the kubelet for: percent-decoded, `.` and `..` resolved, slashes merged
 * as the kubelet does. Undefined when it cannot be told.
 */
export const nodeProxyPath = (uri: string): string | undefined => {
  const decoded = percentDecoded(pathOf(uri));
  const found = decoded === undefined ? null : /^\/api\/v1\/nodes\/[^/]+\/proxy(?:\/(.*))?$/s.exec(decoded);
  return found === null ? undefined : resolved(found[1] ?? '');
};

const percentDecoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

const resolved = (path: string): string => {
  const kept: string[] = [];
  const segments = path.split('/');
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const isFolder = kept.length > 0 && segments[segments.length - 1] === '';
  return `/${kept.join('/')}${isFolder ? '/' : ''}`;
};
