/** What to set in Vault and sshd so that their rules can fire; printed beside the audit policy. */
export const ADVICE: Readonly<Record<'vault-audit' | 'sshd', readonly string[]>> = {
  'vault-audit': [
    'vault audit enable file file_path=/vault/audit/audit.log   # JSON, log_raw=false, no prefix, no filter',
    'Enable a second device with another path, so that a full disk cannot stop Vault; ship both to Loki.',
    'Send SIGHUP after rotating the file, or Vault goes on writing to the renamed one.',
    'Behind a proxy set x_forwarded_for_authorized_addrs in the listener to the addresses of the proxy alone (V4, V7).',
  ],
  sshd: [
    'LogLevel INFO (or VERBOSE, which names the listening address too); QUIET, FATAL and ERROR hide logins (S1).',
    'Log through syslog or the journal, not with -E or -e: a user name with line feeds could forge a login there.',
    'Ship every unit: ssh.service, sshd.service, sshd@*.service with socket activation.',
  ],
};
