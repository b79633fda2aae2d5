/** Named sets of networks. */
export interface Zones {
  readonly names: readonly string[];
  /**
   * Names of the zones that hold `address`, in the order of `names`. An address that is missing, `UNKNOWN` or does
   * not parse is in none. IPv4-mapped IPv6 counts as IPv4; a zone suffix (`%eth0`) is cut first. The answer for equal
   * input is the same frozen array.
   */
  of(address: string | undefined): readonly string[];
}
