import { createColors } from 'picocolors';
import type { Severity } from '../finding.ts';

export type ColourMode = 'auto' | 'always' | 'never';

export interface ColourQuestion {
  readonly mode: ColourMode;
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The flag decides; without one NO_COLOR, then FORCE_COLOR, then whether a person looks. https://no-color.org */
export function wantsColour({ mode, isTerminal, env }: ColourQuestion): boolean {
  if (mode !== 'auto') return mode === 'always';
  if (isSet(env['NO_COLOR'])) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/** COLUMNS, else what the terminal says, else 80. */
export function terminalColumns(
  env: Readonly<Record<string, string | undefined>>,
  stream: { readonly columns?: number | undefined },
): number {
  const asked = Number(env['COLUMNS']);
  const columns = Number.isInteger(asked) && asked > 0 ? asked : (stream.columns ?? 0);
  return columns > 0 ? Math.min(columns, 1000) : 80;
}

type Paint = (text: string) => string;

export interface Palette {
  readonly dim: Paint;
  readonly bold: Paint;
  readonly severity: Readonly<Record<Severity, Paint>>;
}

/** Colours say again what the words say already. */
export function createPalette(colour: boolean): Palette {
  const { dim, bold, red, yellow, cyan } = createColors(colour);
  return {
    dim,
    bold,
    severity: { critical: (text) => bold(red(text)), warning: yellow, info: cyan },
  };
}
