import type { Admission, HttpAccess } from '../../http-access.ts';
import { LokiError } from './error.ts';

export interface LokiAddress {
  /** Up to where `/loki/api/v1/…` begins; a path before it is kept. */
  readonly url: string;
  readonly tenant?: string | undefined;
  readonly access: HttpAccess;
}

export interface LokiConnection {
  readonly url: string;
  /** What a request or a tail needs to get in. Throws a LokiError of kind `unauthorized` when a file cannot be read. */
  admission(): Promise<Admission>;
  /** `text` without secrets of ours: Loki, or what stands before it, may send back what it was sent. */
  conceal(text: string): string;
  close(): void;
}

export const connectTo = ({ url, tenant, access }: LokiAddress): LokiConnection => ({
  url: url.replace(/\/+$/, ''),
  admission: async () => {
    try {
      const admission = await access.admission();
      if (tenant === undefined) return admission;
      return { ...admission, headers: { ...admission.headers, 'X-Scope-OrgID': tenant } };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LokiError('unauthorized', `cannot log in to Loki: ${reason}`, { cause: error });
    }
  },
  conceal: (text) => access.conceal(text),
  close: () => access.close(),
});
