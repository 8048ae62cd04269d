import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { AwakeScreen } from '../../main/resources/dashboard/awake-screen.js';

let page;
let locks;

beforeEach(() => {
  page = new EventTarget();
  page.visibilityState = 'visible';
  locks = {
    given: [],
    async request(kind) {
      const lock = {
        kind,
        released: false,
        release() {
          this.released = true;
        },
      };
      this.given.push(lock);
      return lock;
    },
  };
});

const soon = () => new Promise((later) => setImmediate(later));

function see(state) {
  page.visibilityState = state;
  page.dispatchEvent(new Event('visibilitychange'));
}

test('the screen is kept on from keep to letGo', async () => {
  const screen = new AwakeScreen(locks, page);
  screen.keep();
  screen.keep();
  await soon();
  assert.deepEqual(
    locks.given.map(({ kind, released }) => [kind, released]),
    [['screen', false]],
  );
  screen.letGo();
  assert.equal(locks.given[0].released, true);
  see('visible');
  await soon();
  assert.equal(locks.given.length, 1);
});

test('a lock that the browser took from a hidden page is asked for again when the page is seen', async () => {
  const screen = new AwakeScreen(locks, page);
  screen.keep();
  await soon();
  see('hidden');
  locks.given[0].released = true;
  await soon();
  assert.equal(locks.given.length, 1);
  see('visible');
  await soon();
  assert.equal(locks.given.length, 2);
  see('visible');
  await soon();
  assert.equal(locks.given.length, 2);
});

test('a lock that comes too late is given back', async () => {
  const screen = new AwakeScreen(locks, page);
  screen.keep();
  screen.letGo();
  await soon();
  assert.equal(locks.given[0].released, true);
});

test('browsers without locks, or that refuse, are lived with', async () => {
  const without = new AwakeScreen(undefined, page);
  without.keep();
  without.letGo();
  const refused = new AwakeScreen({ request: async () => Promise.reject(new Error('battery')) }, page);
  refused.keep();
  await soon();
  refused.letGo();
});
