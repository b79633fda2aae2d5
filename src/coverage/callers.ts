/** Who makes a request. Groups of the system follow from the name; others are the certificate's or the token's. */
export interface Caller {
  readonly name: string;
  readonly groups: readonly string[];
}

export const ANYONE = 'someone@example.org';
const SOME_ACCOUNT = 'system:serviceaccount:some-namespace:some-account';
const SOME_NODE = 'system:node:some-node';

const ACCOUNT = /^system:serviceaccount:([^:]+)/;
const AUTHENTICATED = 'system:authenticated';

const ownGroups = (name: string): readonly string[] => {
  const namespace = ACCOUNT.exec(name)?.[1];
  if (namespace !== undefined)
    return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED];
  // The signer of kubelet certificates gives this group to these names alone, and these names to nobody else.
  if (name.startsWith('system:node:')) return ['system:nodes', AUTHENTICATED];
  if (name === 'system:apiserver') return ['system:masters', AUTHENTICATED];
  if (name === 'system:anonymous') return ['system:unauthenticated'];
  return [AUTHENTICATED];
};

export const callerOf = (name: string): Caller => ({ name, groups: ownGroups(name) });

/** A caller whom `group` takes in. */
const memberOf = (group: string): Caller => {
  if (group === AUTHENTICATED) return callerOf(ANYONE);
  if (group === 'system:unauthenticated') return callerOf('system:anonymous');
  if (group === 'system:nodes') return callerOf(SOME_NODE);
  if (group === 'system:serviceaccounts') return callerOf(SOME_ACCOUNT);
  const namespace = /^system:serviceaccounts:(.+)$/.exec(group)?.[1];
  if (namespace !== undefined) return callerOf(`system:serviceaccount:${namespace}:some-account`);
  return { name: ANYONE, groups: [group, AUTHENTICATED] };
};

/** One caller for each way in which `names` and `groups` can tell people apart, and those whom neither names. */
export const callersFor = (names: readonly string[], groups: readonly string[]): readonly Caller[] => {
  const all = [ANYONE, SOME_ACCOUNT, SOME_NODE, ...names].map(callerOf).concat(groups.map(memberOf));
  return [...new Map(all.map((caller) => [JSON.stringify(caller), caller])).values()];
};

export const isAnyone = ({ name, groups }: Caller): boolean => name === ANYONE && groups.length === 1;
