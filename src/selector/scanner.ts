/** A selector cannot be read. The message says where and what was expected. */
export class SelectorProblem extends Error {
  override readonly name = 'SelectorProblem';
}

/** Walks over a text, skipping blanks. */
export interface Scanner {
  /** Takes what a sticky expression matches here. */
  match(expression: RegExp): string | undefined;
  take(character: string): boolean;
  expect(character: string, problem: string): void;
  rest(): string;
  fail(problem: string): never;
}

export function createScanner(text: string): Scanner {
  let at = 0;
  const skipBlanks = (): void => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const fail = (problem: string): never => {
    skipBlanks();
    const found = at < text.length ? `found ${JSON.stringify(text.slice(at, at + 12))}` : 'found the end';
    throw new SelectorProblem(`${problem}, ${found} at character ${at + 1}`);
  };
  const take = (character: string): boolean => {
    skipBlanks();
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  return {
    match(expression) {
      skipBlanks();
      expression.lastIndex = at;
      const found = expression.exec(text)?.[0];
      at += found?.length ?? 0;
      return found;
    },
    take,
    expect: (character, problem) => {
      if (!take(character)) fail(problem);
    },
    rest: () => {
      skipBlanks();
      return text.slice(at).trimEnd();
    },
    fail,
  };
}
