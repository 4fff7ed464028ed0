import { DayBook, FullError, StageWatch, moment, pence } from '@theatre/house';
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { SUBSCRIPTION_TERMS, Subscriptions, night } from '../src';

describe('Subscriptions', () => {
  const ghosts = night('Ghosts', 'w2 fri 19:30');
  const fever = night('Hay Fever', 'w1 fri 19:30');
  const gala = night('Medea', 'w3 fri 19:30', true);
  let desk: Subscriptions;

  beforeEach(() => {
    desk = new Subscriptions(
      new DayBook(new StageWatch(moment('w1 mon 10:00'))),
      SUBSCRIPTION_TERMS,
    );
    desk.offer({ scheme: 'Pick of Three', price: pence(6000), credits: 3, swaps: 1 });
  });

  it('sells subscriptions', () => {
    const subscription = desk.subscribe('Bea Low', 'pick of three');
    assert.deepEqual(subscription, {
      id: 'sub-0001',
      patron: 'bea-low',
      scheme: 'pick-of-three',
      price: 6000,
      credits: 3,
      swaps: 1,
      seasons: 0,
      nights: [],
    });
    assert.deepEqual(desk.get('sub-0001'), subscription);
  });

  it('spends credits on nights', () => {
    const { id } = desk.subscribe('bea', 'pick of three');
    assert.deepEqual(desk.redeem(id, ghosts).nights, [ghosts]);
    assert.deepEqual(desk.redeem(id, fever).nights, [fever, ghosts]);
    assert.equal(desk.left(id), 1);
    assert.throws(() => desk.redeem(id, gala), FullError);
  });

  it('swaps nights', () => {
    const { id } = desk.subscribe('bea', 'pick of three');
    desk.redeem(id, ghosts);
    assert.equal(desk.swap(id, ghosts, fever), 0);
    assert.equal(desk.swap(id, fever, gala), 250);
    assert.deepEqual(desk.get(id).nights, [gala]);
  });

  it('refunds what is not spent', () => {
    const { id } = desk.subscribe('bea', 'pick of three');
    desk.redeem(id, fever);
    assert.equal(desk.cancel(id), 5400);
    assert.deepEqual(desk.subscribers('pick of three'), []);
  });
});
