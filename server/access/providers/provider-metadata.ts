/**
 * What a provider says of itself, read once and narrowly: its issuer is exactly ours, every address leads to a host
 * that was named, signatures are of the kinds that we take, and nothing else of the document is kept.
 */
import type { ServerMetadata } from 'openid-client';
import { z } from 'zod';
import { failure } from '../../runtime/errors';
import { checkOutgoing, type OutgoingHosts } from './outgoing-hosts';
import { ProviderProblem } from './provider-failures';

/** Signed with a private key of the provider's; never `none`, never with a secret that others know (`HS256`). */
export const SIGNATURES = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const;

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'end_session_endpoint',
  'revocation_endpoint',
] as const;

const address = z.string().max(2_000);
const names = z.array(z.string().max(100)).max(200).optional();
const documentSchema = z.object({
  issuer: address,
  authorization_endpoint: address,
  token_endpoint: address,
  jwks_uri: address,
  userinfo_endpoint: address.optional(),
  end_session_endpoint: address.optional(),
  revocation_endpoint: address.optional(),
  id_token_signing_alg_values_supported: names,
  token_endpoint_auth_methods_supported: names,
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});

/** Throws a ProviderProblem for a document that is not to be believed. */
export function readMetadata(document: unknown, issuer: string, hosts: OutgoingHosts): ServerMetadata {
  const read = documentSchema.safeParse(document);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw refused('metadata', `the provider's description lacks ${issue?.path.join('.') ?? 'all'}`);
  }
  const { data } = read;
  // The library lets some well-known issuers stand for others; with us each is its own.
  if (new URL(data.issuer).href !== new URL(issuer).href) {
    throw refused('issuer', `the provider says that its issuer is ${data.issuer}, not ${issuer}`);
  }
  for (const name of ENDPOINTS) {
    const endpoint = data[name];
    const checked = endpoint === undefined ? null : checkOutgoing(endpoint, hosts);
    if (checked?.ok === false) {
      throw refused('address.refused', `the provider's ${name} ${checked.error}`);
    }
  }
  const signatures = signaturesOf(data.id_token_signing_alg_values_supported);
  const metadata = {
    ...data,
    id_token_signing_alg_values_supported: signatures,
    userinfo_signing_alg_values_supported: signatures,
  };
  // What the document does not have is not there, rather than undefined: zod adds no keys.
  return metadata as ServerMetadata;
}

/** A provider that does not say signs with RS256 (OpenID Connect Discovery, 3). */
function signaturesOf(offered: readonly string[] = ['RS256']): string[] {
  const taken = SIGNATURES.filter((name) => offered.includes(name));
  if (taken.length === 0) {
    throw refused('signature', `the provider signs with none of ${SIGNATURES.join(', ')}`);
  }
  return taken;
}

function refused(code: string, message: string): ProviderProblem {
  return new ProviderProblem(failure('fatal', code, message));
}
