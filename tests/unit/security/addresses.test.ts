import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../server/config';

describe('addresses of the settings', () => {
  it.each(['GENESYS_API_URL', 'GENESYS_LOGIN_URL', 'PUBLIC_URL', 'OIDC_ISSUER'])(
    'SEC-59 hold no user and no password, and a wrong one is not repeated: %s',
    (name) => {
      for (const user of ['user@', 'user:canary@', ':canary@']) {
        const config = parseConfig({ [name]: `https://${user}host.example` }, () => '');
        const problems = config.ok ? [] : config.error;
        expect(problems.filter((problem) => problem.startsWith(`${name} must have no user`))).toHaveLength(1);
        expect(problems.join()).not.toContain('canary');
      }
    },
  );
});
