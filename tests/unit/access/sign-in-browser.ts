/** A browser that signs in and out, by the routes, and keeps its cookies. */
import { apiErrorSchema } from '../../../lib/contracts/api';
import { SESSION_COOKIE } from '../../../server/access/cookies';
import { ANONYMOUS, type Principal } from '../../../server/access/principal';
import { authRoutes } from '../../../server/http/auth-routes';
import { answerOf, type FakeAnswer, type FakeRequest } from '../../support/fake-exchange';
import { createStage, SESSION_MS, type Stage } from './sessions-stage';

export const MAX_AGE = SESSION_MS / 1_000;

/** A browser: keeps its cookies, and is who they say. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async ask(target: string, asked: FakeRequest = {}): Promise<FakeAnswer> {
    const routes = authRoutes({ signIn: this.#stage.signIn, mode: 'oidc', sessionMs: SESSION_MS });
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = cookie === '' ? {} : { cookie };
    const answer = await answerOf(routes, target, { headers, who: await this.who(), ...asked });
    for (const line of answer.setCookies) this.#keep(line);
    return answer;
  }

  async who(): Promise<Principal> {
    const session = this.cookies.get(SESSION_COOKIE);
    return (session === undefined ? null : await this.#stage.sessions.find(session)) ?? ANONYMOUS;
  }

  /** To the provider, and back with what it says. Gives the last answer. */
  async signIn(next = '/'): Promise<FakeAnswer> {
    return this.comeBack(await this.begin(next));
  }

  /** Gives the state that the provider gives back. */
  async begin(next = '/'): Promise<string> {
    const answer = await this.ask('GET /auth/sign-in', {
      url: `/auth/sign-in?${new URLSearchParams({ next })}`,
    });
    return new URL(answer.headers.get('location') ?? '').searchParams.get('state') ?? '';
  }

  comeBack(state: string, asked: FakeRequest = {}): Promise<FakeAnswer> {
    return this.ask('GET /auth/callback', {
      url: `/auth/callback?${new URLSearchParams({ state, code: 'c' })}`,
      ...asked,
    });
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (line.includes('Max-Age=0')) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

export function open() {
  const stage = createStage();
  return { stage, browser: new Browser(stage) };
}

export function locationOf({ status, headers }: FakeAnswer) {
  return [status, headers.get('location')];
}

export function codeOf(answer: FakeAnswer): string {
  return apiErrorSchema.parse(answer.json()).code;
}
