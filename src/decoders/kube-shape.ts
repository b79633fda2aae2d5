/** What an audit log line can be, by its own words; undefined for anything else. */
export const kubeShapeOf = (doc: Readonly<Record<string, unknown>>): 'Event' | 'EventList' | undefined => {
  const { kind, apiVersion } = doc;
  if (typeof apiVersion === 'string' && apiVersion.startsWith('audit.k8s.io/'))
    return kind === 'Event' || kind === 'EventList' ? kind : undefined;
  if (apiVersion !== undefined) return undefined;
  // Collectors that take a webhook's list apart, and events before v1, leave the version out. What is no audit event
  // (core/v1 has a kind Event, too) has neither of these.
  const isBare = kind === 'Event' && typeof doc['auditID'] === 'string' && typeof doc['stage'] === 'string';
  return isBare ? 'Event' : undefined;
};
