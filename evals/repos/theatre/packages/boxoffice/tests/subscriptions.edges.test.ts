import {
  DayBook,
  FullError,
  StageWatch,
  TakenError,
  UnfitError,
  UnknownError,
  UntimelyError,
  moment,
  pence,
  permille,
} from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { Subscriptions, night } from '../src';

describe('Subscriptions, edges', () => {
  const ghosts = night('Ghosts', 'w2 fri 19:30');
  const fever = night('Hay Fever', 'w1 fri 19:30');
  const medea = night('Medea', 'w3 fri 19:30');
  const gala = night('The Gala', 'w1 sat 19:30', true);
  let watch: StageWatch;
  let book: DayBook;
  let desk: Subscriptions;

  beforeEach(() => {
    watch = new StageWatch(moment('w1 mon 10:00'));
    book = new DayBook(watch);
    desk = new Subscriptions(book, {
      swapFee: pence(250),
      swapUntil: 120,
      kept: permille(101),
      loyalty: permille(33),
      mostLoyalty: permille(80),
    });
    desk.offer({ scheme: 'Three', price: pence(5999), credits: 3, swaps: 1 });
    desk.offer({ scheme: 'One', price: pence(1999), credits: 1, swaps: 0 });
  });

  const three = (patron = 'bea') => desk.subscribe(patron, 'three').id;

  it('offers a scheme once', () => {
    const scheme = { scheme: 'Grand  Tour', price: pence(1), credits: 1, swaps: 0 };
    assert.equal(desk.offer(scheme), 'grand-tour');
    assert.throws(() => desk.offer({ ...scheme, scheme: 'GRAND TOUR' }), TakenError);
    for (const credits of [0, 1.5])
      assert.throws(() => desk.offer({ ...scheme, scheme: 'x', credits }), UnfitError);
    for (const swaps of [-1, 0.5])
      assert.throws(() => desk.offer({ ...scheme, scheme: 'x', swaps }), UnfitError);
    assert.throws(() => desk.subscribe('bea', 'x'), UnknownError);
    assert.throws(() => desk.subscribers('x'), UnknownError);
  });

  it('knows no other subscriptions than those that it sold', () => {
    assert.throws(() => desk.get('sub-0001'), UnknownError);
    assert.throws(() => desk.left('sub-0001'), UnknownError);
    assert.throws(() => desk.redeem('sub-0001', fever), UnknownError);
    assert.throws(() => desk.swap('sub-0001', fever, ghosts), UnknownError);
    assert.throws(() => desk.cancel('sub-0001'), UnknownError);
    assert.throws(() => desk.renew('sub-0001'), UnknownError);
    assert.throws(() => desk.subscribe('', 'three'), UnfitError);
    assert.equal(three(), 'sub-0001');
  });

  it('returns frozen records that do not change later', () => {
    const before = desk.subscribe('bea', 'three');
    const after = desk.redeem(before.id, fever);
    assert.deepEqual(before.nights, []);
    for (const item of [before, before.nights, after, after.nights])
      assert.ok(Object.isFrozen(item));
    assert.ok(Object.isFrozen(desk.subscribers('three')));
    assert.equal(desk.get(before.id), after);
  });

  it('takes two credits for a gala', () => {
    const id = three();
    desk.redeem(id, gala);
    assert.equal(desk.left(id), 1);
    desk.redeem(id, fever);
    assert.equal(desk.left(id), 0);
    assert.throws(
      () => desk.redeem(id, ghosts),
      (error) => error instanceof FullError && error.wanted === 1 && error.room === 0,
    );
    assert.deepEqual(desk.get(id).nights, [fever, gala]);
  });

  it('refuses a gala for which one credit is left', () => {
    const id = desk.subscribe('bea', 'one').id;
    assert.throws(
      () => desk.redeem(id, gala),
      (error) => error instanceof FullError && error.wanted === 2 && error.room === 1,
    );
    assert.equal(desk.left(id), 1);
  });

  it('has each production once', () => {
    const id = three();
    desk.redeem(id, fever);
    assert.throws(() => desk.redeem(id, night('hay_fever', 'w2 sat 19:30')), TakenError);
    desk.redeem(id, ghosts);
    assert.throws(() => desk.swap(id, fever, night('Ghosts', 'w4 sat 19:30')), TakenError);
    assert.deepEqual(desk.get(id).nights, [fever, ghosts]);
    assert.equal(desk.get(id).swaps, 1);
  });

  it('redeems until the curtain', () => {
    const id = three();
    watch.moveTo(moment('w1 fri 19:29'));
    desk.redeem(id, fever);
    const other = three('ann');
    watch.moveTo(moment('w1 fri 19:30'));
    assert.throws(() => desk.redeem(other, fever), UntimelyError);
    assert.equal(desk.left(other), 3);
  });

  it('swaps until so long before the old curtain, for a night that has not begun', () => {
    const id = three();
    desk.redeem(id, fever);
    watch.moveTo(moment('w1 fri 17:29'));
    assert.throws(() => desk.swap(id, fever, night('X', 'w1 fri 17:29')), UntimelyError);
    assert.equal(desk.swap(id, fever, night('X', 'w1 fri 19:30')), 0);
    watch.moveTo(moment('w1 fri 17:30'));
    assert.throws(() => desk.swap(id, night('X', 'w1 fri 19:30'), medea), UntimelyError);
    assert.equal(desk.get(id).nights[0]?.production, 'x');
  });

  it('swaps a night for another one of the same production', () => {
    const id = three();
    desk.redeem(id, fever);
    const later = night('Hay Fever', 'w4 fri 19:30');
    desk.swap(id, night('hay fever', 'w1 fri 19:30'), later);
    assert.deepEqual(desk.get(id).nights, [later]);
    assert.throws(() => desk.swap(id, fever, ghosts), UnknownError);
    assert.throws(() => desk.swap(id, ghosts, fever), UnknownError);
  });

  it('takes a fee once the free swaps are used', () => {
    const id = three();
    desk.redeem(id, fever);
    assert.equal(desk.swap(id, fever, ghosts), 0);
    assert.equal(desk.get(id).swaps, 0);
    assert.equal(desk.swap(id, ghosts, medea), 250);
    assert.equal(desk.get(id).swaps, 0);
    assert.equal(desk.swap(id, medea, fever), 250);
    assert.deepEqual(desk.get(id).nights, [fever]);
  });

  it('takes and gives back the credits between a gala and another night', () => {
    const id = three();
    desk.redeem(id, ghosts);
    desk.redeem(id, fever);
    desk.swap(id, ghosts, gala);
    assert.equal(desk.left(id), 0);
    desk.swap(id, gala, medea);
    assert.equal(desk.left(id), 1);
    desk.redeem(id, ghosts);
    assert.throws(() => desk.swap(id, medea, gala), FullError);
    assert.deepEqual(desk.get(id).nights, [fever, ghosts, medea]);
  });

  it('refunds by credits, rounded against the patron at each step', () => {
    // 5999 × 2 / 3 = 3999.33; a part of 101 ‰ of 3999 is 403.899.
    const id = three();
    desk.redeem(id, fever);
    watch.moveTo(moment('w1 fri 17:30'));
    assert.equal(desk.cancel(id), 3999 - 404);
    assert.throws(() => desk.get(id), UnknownError);
  });

  it('counts nights that could still be swapped as not spent', () => {
    const id = three();
    desk.redeem(id, fever);
    desk.redeem(id, gala);
    watch.moveTo(moment('w1 fri 17:29'));
    const other = three('ann');
    desk.redeem(other, fever);
    desk.redeem(other, gala);
    assert.equal(desk.cancel(id), 5999 - 606);
    watch.moveTo(moment('w1 fri 17:30'));
    assert.equal(desk.cancel(other), 3999 - 404);
  });

  it('renews what is used up, from the last curtain on', () => {
    const { id } = desk.subscribe('bea', 'one');
    assert.throws(() => desk.renew(id), UntimelyError);
    desk.redeem(id, fever);
    watch.moveTo(moment('w1 fri 19:29'));
    assert.throws(() => desk.renew(id), UntimelyError);
    watch.moveTo(moment('w1 fri 19:30'));
    const renewed = desk.renew(id);
    // 1999 × 33 ‰ = 65.967
    assert.deepEqual(renewed, {
      id: 'sub-0002',
      patron: 'bea',
      scheme: 'one',
      price: 1999 - 65,
      credits: 1,
      swaps: 0,
      seasons: 1,
      nights: [],
    });
    assert.throws(() => desk.renew(id), UnknownError);
    assert.deepEqual(desk.subscribers('one'), [renewed]);
  });

  it('does not renew before the last of several curtains', () => {
    const id = three();
    for (const chosen of [fever, ghosts, medea]) desk.redeem(id, chosen);
    watch.moveTo(moment('w3 fri 19:29'));
    assert.throws(() => desk.renew(id), UntimelyError);
    watch.moveTo(medea.curtain);
    assert.equal(desk.renew(id).price, 5999 - 197);
  });

  it('does not renew while credits are left', () => {
    const id = three();
    desk.redeem(id, gala);
    watch.moveTo(moment('w2 mon 10:00'));
    assert.throws(() => desk.renew(id), UntimelyError);
    assert.equal(desk.get(id).seasons, 0);
  });

  it('lets patrons off for every season, up to the most', () => {
    let { id } = desk.subscribe('bea', 'one');
    const prices: number[] = [];
    for (const week of [2, 3, 4, 5]) {
      desk.redeem(id, night('Ghosts', `w${week} fri 19:30`));
      watch.moveTo(moment(`w${week} sat 19:30`));
      const renewed = desk.renew(id);
      prices.push(renewed.price);
      id = renewed.id;
    }
    // 66 ‰ are 131.934, 80 ‰ are 159.92.
    assert.deepEqual(prices, [1999 - 65, 1999 - 131, 1999 - 159, 1999 - 159]);
    assert.equal(desk.get(id).seasons, 4);
  });

  it('lists subscribers by seasons, then by patron, then by number', () => {
    const old = desk.subscribe('zoe', 'one');
    desk.redeem(old.id, fever);
    desk.subscribe('box 10', 'one');
    desk.subscribe('box 9', 'one');
    desk.subscribe('box 9', 'one');
    three('abe');
    watch.moveTo(moment('w2 mon 10:00'));
    desk.renew(old.id);
    assert.deepEqual(
      desk.subscribers(' ONE').map(({ id, patron }) => `${patron} ${id}`),
      ['zoe sub-0006', 'box-9 sub-0003', 'box-9 sub-0004', 'box-10 sub-0002'],
    );
  });

  it('notes every change once', () => {
    const { id } = desk.subscribe('Bea Low', 'ONE');
    desk.redeem(id, ghosts);
    assert.throws(() => desk.redeem(id, medea), FullError);
    desk.swap(id, ghosts, fever);
    watch.moveTo(moment('w2 mon 10:00'));
    desk.cancel(desk.renew(id).id);
    assert.deepEqual(
      book.entries().map(({ subject, verb }) => `${verb} ${subject}`),
      [
        'offer three',
        'offer one',
        'subscribe sub-0001 bea-low one',
        'redeem sub-0001 ghosts w2 fri 19:30',
        'swap sub-0001 ghosts w2 fri 19:30 hay-fever w1 fri 19:30',
        'subscribe sub-0002 bea-low one',
        'cancel sub-0002',
      ],
    );
  });
});
