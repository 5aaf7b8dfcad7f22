/** The platform's general error body, and the answers a handler can give. Source: platform facts, section 5. */
export interface Reply {
  readonly status: number;
  /** Sent as JSON; absent: no body. */
  readonly body?: unknown;
  /** Sent as a page, instead of a body. */
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `contextId` is what a customer would quote to the platform's support. */
export function errorReply(problem: Problem, contextId: string): Reply {
  const body = {
    message: problem.message,
    code: problem.code,
    status: problem.status,
    messageWithParams: problem.message,
    messageParams: problem.params ?? {},
    contextId,
    details: [],
    errors: [],
  };
  return { status: problem.status, body, ...(problem.headers ? { headers: problem.headers } : {}) };
}

export function badRequest(message: string, code = 'bad.request'): Problem {
  return { status: 400, code, message };
}

export function notFound(what: string): Problem {
  return { status: 404, code: 'not.found', message: `The requested resource was not found: ${what}` };
}

export function missingPermissions(permissions: readonly string[]): Problem {
  return {
    status: 403,
    code: 'missing.permissions',
    message: `Unable to perform the requested action. You are missing the following permission(s): ${permissions.join(', ')}`,
    params: { permissions: permissions.join(', ') },
  };
}

const BY_STATUS = new Map<number, readonly [string, string]>([
  [400, ['bad.request', 'The request could not be understood by the server']],
  [401, ['bad.credentials', 'Invalid login credentials.']],
  [403, ['missing.permissions', 'You are not authorized to perform the requested action.']],
  [404, ['not.found', 'The requested resource was not found.']],
  [405, ['method.not.allowed', 'The method is not allowed for this resource.']],
  [413, ['request.entity.too.large', 'The request is larger than the server is willing to process.']],
  [429, ['too.many.requests', 'Rate limit exceeded. Retry the request later.']],
  [500, ['internal.server.error', 'The server encountered an unexpected condition.']],
  [502, ['bad.gateway', 'An invalid response was received from an upstream service.']],
  [503, ['service.unavailable', 'Service Unavailable - The server is currently unavailable.']],
  [504, ['request.timeout', 'The request timed out.']],
]);

/** What the platform says for a status when nothing more is known. */
export function genericProblem(status: number): Problem {
  const [code, message] = BY_STATUS.get(status) ?? ['error', `The request failed with status ${status}.`];
  return { status, code, message };
}
