/** Large messages in pieces. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createParcels, MOST_PARCEL_CHARACTERS, toPieces } from '../../../server/cluster/parcels';

describe('a large message', () => {
  it('CLUSTER-109 is whole again in whatever order its pieces come, among those of others', () => {
    const unit = fc.constantFrom('a', 'ä', '😀', '~', '{', '"');
    const text = fc
      .tuple(fc.array(unit, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 40_000 }))
      .map(([units, times]) => units.join('').repeat(times));
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        (texts, order) => {
          const wanted = texts.filter(({ length }) => length <= MOST_PARCEL_CHARACTERS);
          const pieces = wanted.flatMap((one, index) => toPieces(`id-${index}`, one) ?? []);
          const shuffled = pieces
            .map((piece) => ({ piece, rank: order.next().value as number }))
            .sort((a, b) => a.rank - b.rank);
          const parcels = createParcels(() => 0);
          // As the wire would give them back: half a character would not survive it.
          const bytes = shuffled.map(({ piece }) => Buffer.from(piece, 'utf8').toString('utf8'));
          const whole = bytes.map((piece) => parcels.take(piece)).filter((one) => one !== null);
          expect(whole.sort()).toEqual([...wanted].sort());
        },
      ),
      { numRuns: 60, seed: 109 },
    );
  });

  it('CLUSTER-109 past 8 million characters is not sent at all', () => {
    expect(toPieces('id', 'x'.repeat(MOST_PARCEL_CHARACTERS + 1))).toBeNull();
    expect(toPieces('id', 'x'.repeat(MOST_PARCEL_CHARACTERS))?.length).toBe(40);
  });

  it('CLUSTER-109 that stays in pieces is forgotten: by time, and the oldest by number', () => {
    let now = 0;
    const parcels = createParcels(() => now);
    const cut = (id: string) => toPieces(id, 'x'.repeat(300_000)) ?? [];
    const [first = '', second = ''] = cut('late');
    parcels.take(first);
    now = 20_000;
    parcels.take(cut('other')[0] ?? '');
    expect(parcels.take(second)).toBeNull();
    for (let number = 0; number < 40; number += 1) parcels.take(cut(`n-${number}`)[0] ?? '');
    expect(parcels.take(cut('n-0')[1] ?? '')).toBeNull();
    expect(parcels.take(cut('n-39')[1] ?? '')?.length).toBe(300_000);
  });

  it.each(['~', '~a/1/1~x', '~a/0/99~x', '~a b/0/1~x', '~a/-1/2~x'])(
    'CLUSTER-109 %s is no piece of anything',
    (text) => {
      expect(createParcels(() => 0).take(text)).toBeNull();
    },
  );
});
