import { Observable } from 'rxjs';

/**
 * A stream of what an async generator yields. It runs once for each subscriber; unsubscribing aborts its signal. The
 * next value is asked for after the subscriber has taken the last one.
 */
export const observe = <T>(generate: (signal: AbortSignal) => AsyncIterable<T>): Observable<T> =>
  new Observable((subscriber) => {
    const stop = new AbortController();
    const run = async (): Promise<void> => {
      for await (const value of generate(stop.signal)) {
        if (stop.signal.aborted) return;
        subscriber.next(value);
      }
      subscriber.complete();
    };
    run().catch((error: unknown) => {
      if (!stop.signal.aborted) subscriber.error(error);
    });
    return () => stop.abort();
  });
