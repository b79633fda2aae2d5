/** The state folder cannot be used: locked, damaged, not writable. The message says what to do. Exit code 3. */
export class StateError extends Error {
  override readonly name = 'StateError';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}
