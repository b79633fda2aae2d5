/** A request as the API server sees it before it does anything: what an audit policy decides on. */
export interface ApiRequest {
  /** The real caller, never the impersonated one; undefined when authentication failed. */
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly verb: string;
  /** Undefined for requests outside the resource API (`/healthz`). */
  readonly object: ApiObject | undefined;
  /** Path without query, percent-decoded. */
  readonly path: string;
}

export interface ApiObject {
  /** Empty for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty for cluster-scoped objects and for requests over all namespaces. */
  readonly namespace: string;
  /**
   * The name in the URL: empty for lists, and for creation even though the log then shows the name of the body
   * (LogRequestObject completes objectRef after the policy was asked).
   */
  readonly name: string;
}

/** `pods/exec`, as a policy spells it. */
export const resourceOf = ({ resource, subresource }: ApiObject): string =>
  subresource === '' ? resource : `${resource}/${subresource}`;
