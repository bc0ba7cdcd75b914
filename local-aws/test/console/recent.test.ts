import { expect, it } from 'vitest';
import { recent } from '../../src/console/recent.ts';

it('what the page remembers is limited by number and by bytes, and the newest always stays', () => {
  const kept = recent<number>({ most: 3, mostBytes: 100 });
  for (const item of [1, 2, 3, 4]) kept.add(item, 10);
  expect(kept.list()).toEqual([4, 3, 2]);
  kept.add(5, 85);
  expect(kept.list()).toEqual([5, 4]);
  kept.add(6, 1000);
  expect(kept.list()).toEqual([6]);
  expect(kept.count).toBe(6);
});
