/** The official SDK, as far as the contract tests use it, pointed at a server on loopback. */
import { createRequire } from 'node:module';

/** What every call gives with extended responses on. */
export interface SdkAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface ApiClient {
  setGateway(gateway: { host: string; protocol: string; port: number }): void;
  setReturnExtendedResponses(on: boolean): void;
  setAccessToken(token: string): void;
  clearAccessToken(): void;
  loginClientCredentialsGrant(
    id: string,
    secret: string,
  ): Promise<{ accessToken: string; tokenExpiryTime: number }>;
  loginCodeAuthorizationGrant(
    id: string,
    secret: string,
    code: string,
    redirectUri: string,
  ): Promise<PersonsTokens>;
  refreshCodeAuthorizationGrant(id: string, secret: string, refreshToken: string): Promise<PersonsTokens>;
  authorizePKCEGrant(
    id: string,
    verifier: string,
    code: string,
    redirectUri: string,
  ): Promise<{ accessToken: string }>;
}

interface PersonsTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

type Call = (...args: readonly unknown[]) => Promise<SdkAnswer>;
/** The APIs by method name; the SDK's own types do not say what it exports. */
type Api<Name extends string> = Record<Name, Call>;

interface Sdk {
  readonly ApiClient: { readonly instance: ApiClient };
  readonly NotificationsApi: new () => Api<
    | 'postNotificationsChannels'
    | 'getNotificationsChannels'
    | 'headNotificationsChannel'
    | 'getNotificationsChannelSubscriptions'
    | 'postNotificationsChannelSubscriptions'
    | 'putNotificationsChannelSubscriptions'
    | 'deleteNotificationsChannelSubscriptions'
  >;
  readonly RoutingApi: new () => Api<'getRoutingQueues' | 'getRoutingQueue'>;
  readonly PresenceApi: new () => Api<'getPresenceDefinitions0' | 'getPresencedefinitions'>;
  readonly TokensApi: new () => Api<'getTokensMe'>;
  readonly UsersApi: new () => Api<'getUsersMe'>;
  readonly AnalyticsApi: new () => Api<
    'postAnalyticsQueuesObservationsQuery' | 'postAnalyticsConversationsAggregatesQuery'
  >;
}

/** The one client instance that the SDK has, aimed at the port. */
export function connectSdk(port: number) {
  // The package is CommonJS, and its declarations export next to nothing: the interface above says what is used.
  const sdk = createRequire(import.meta.url)('purecloud-platform-client-v2') as Sdk;
  const client = sdk.ApiClient.instance;
  client.setGateway({ host: '127.0.0.1', protocol: 'http', port });
  client.setReturnExtendedResponses(true);
  return {
    client,
    notifications: new sdk.NotificationsApi(),
    routing: new sdk.RoutingApi(),
    presence: new sdk.PresenceApi(),
    tokens: new sdk.TokensApi(),
    users: new sdk.UsersApi(),
    analytics: new sdk.AnalyticsApi(),
  };
}
