/** `GET /api/v1/me`: who asks, as the server sees it, and how people sign in here. Everybody may ask about himself. */
import type { Me } from '../../lib/contracts/access';
import type { SignInConfig } from '../access/access-config';
import { nameOf, rolesOf, type ScreenPrincipal } from '../access/principal';
import { sendJson } from './reply';
import type { Exchange, Route } from './route';

export interface MeRouteOptions {
  readonly signIn: SignInConfig | { readonly mode: 'none' };
  /** Where the page of a paired screen is, with its measures. */
  readonly screenPath: (screen: ScreenPrincipal) => string | Promise<string>;
}

export function meRoutes(options: MeRouteOptions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/me',
      answer: async ({ identity, response }) => sendJson(response, await meOf(identity, options)),
    },
  ];
}

async function meOf({ who, screen }: Exchange['identity'], options: MeRouteOptions): Promise<Me> {
  const asks = who.kind === 'anonymous' && screen !== null ? screen : who;
  return {
    kind: asks.kind,
    name: nameOf(asks),
    roles: [...rolesOf(asks)],
    screen:
      screen === null
        ? null
        : { id: screen.screenId, name: screen.name, path: await options.screenPath(screen) },
    signIn: { mode: options.signIn.mode, label: labelOf(options.signIn) },
  };
}

/** The provider's name on the button. */
function labelOf(signIn: MeRouteOptions['signIn']): string {
  switch (signIn.mode) {
    case 'oidc':
      return signIn.label;
    case 'genesys':
      return 'Genesys Cloud';
    case 'local':
    case 'none':
      return '';
  }
}
