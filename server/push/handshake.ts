/** What a client says of itself on joining, and the answers to what cannot be served. Pure. */
import { type Handshake, handshakeSchema, type Refusal } from '../../lib/contracts/push';
import { err, ok, type Result } from '../../lib/result';

export function readHandshake(auth: unknown): Result<Handshake, Refusal> {
  const parsed = handshakeSchema.safeParse(auth);
  if (parsed.success) return ok(parsed.data);
  const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'auth').join(', ');
  return err({ code: 'handshake.invalid', message: `not a handshake of this contract: ${where}` });
}

export function unknownBoard(): Refusal {
  return { code: 'board.unknown', message: 'there is no such board' };
}
