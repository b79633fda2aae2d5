import axios from 'axios';
import { z } from 'zod';
import type { Silence } from '../alerts/silences.ts';
import type { HttpAccess } from '../http-access.ts';
import { errorText } from './alertmanager.ts';

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const silenceSchema = z
  .object({
    id: z.string(),
    startsAt: moment,
    endsAt: moment,
    createdBy: z.string().default(''),
    comment: z.string().default(''),
    matchers: z.array(
      z.object({
        name: z.string(),
        value: z.string(),
        isRegex: z.boolean(),
        // Absent before 0.22, when matchers could only be equal.
        isEqual: z.boolean().default(true),
      }),
    ),
  })
  .transform(({ startsAt, endsAt, ...rest }): Silence => ({ ...rest, startsMs: startsAt, endsMs: endsAt }));

export interface FetchOptions {
  readonly url: string;
  readonly access: HttpAccess;
  readonly signal: AbortSignal;
  readonly nowMs: number;
}

/**
 * The silences of one Alertmanager that are not over. The list holds expired ones for days and its filters compare text,
 * so all of it is read. Throws when it cannot be had whole; the message holds no secret.
 */
export async function fetchSilences({
  url,
  access,
  signal,
  nowMs,
}: FetchOptions): Promise<readonly Silence[]> {
  const answer = await axios
    .get<string>(`${url.replace(/\/+$/, '')}/api/v2/silences`, {
      ...(await access.admission()),
      signal,
      responseType: 'text',
      transformResponse: (body) => body,
      maxContentLength: 50_000_000,
      validateStatus: () => true,
    })
    .catch((error: unknown) => {
      // axios keeps the request, credentials and all, in its errors: only the words go on.
      throw new Error(access.conceal(error instanceof Error ? error.message : String(error)));
    });
  if (answer.status !== 200) {
    throw new Error(`HTTP ${answer.status}: ${access.conceal(errorText(answer.data)).slice(0, 300)}`);
  }
  return readSilences(answer.data).filter(({ endsMs }) => endsMs > nowMs);
}

/** A silence that cannot be read mutes nothing; the others do. */
export function readSilences(body: string): readonly Silence[] {
  const list = z.array(z.unknown()).parse(JSON.parse(body));
  return list.flatMap((item) => {
    const read = silenceSchema.safeParse(item);
    return read.success ? [read.data] : [];
  });
}
