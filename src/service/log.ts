import { type Logger, pino } from 'pino';
import { redactText } from '../redact.ts';

export type { Logger };

/**
 * The detector's own log: one JSON object a line. Every text in it goes through redaction: errors of clients quote
 * URLs and answers, and what comes from logs is anybody's.
 */
export const createLogger = (level: string, destination: NodeJS.WritableStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redacted },
      serializers: {
        err: (error: unknown) => (error instanceof Error ? redactText(error.message) : String(error)),
      },
    },
    destination,
  );

const redacted = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'string' ? redactText(value) : value,
    ]),
  );
