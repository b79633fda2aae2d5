/** Compressed data end too early or are broken. Thrown after everything before the damage was delivered. */
export class DamagedInput extends Error {
  override readonly name: string = 'DamagedInput';
}
