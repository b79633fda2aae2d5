import { Observable } from 'rxjs';

/** Emits once when the signal is aborted, at once when it was already. */
export const abortOf = (signal: AbortSignal): Observable<void> =>
  new Observable((subscriber) => {
    const emit = (): void => {
      subscriber.next();
      subscriber.complete();
    };
    if (signal.aborted) emit();
    else signal.addEventListener('abort', emit, { once: true });
    return () => signal.removeEventListener('abort', emit);
  });
