import { expect, it } from 'vitest';
import { changeAnswer } from '../../src/faults/change-answer.ts';
import type { AnswerChange } from '../../src/faults/fault.ts';

it.each<[change: AnswerChange, answer: unknown, changed: unknown]>([
  [{ set: { 'job.status': 'X' } }, { job: { status: 'ACTIVE', name: 'a' } }, { job: { status: 'X', name: 'a' } }],
  [{ set: { 'a.b.c': 1 } }, {}, { a: { b: { c: 1 } } }],
  [{ set: { 'jobs.1.status': 'X' } }, { jobs: [{}, { status: 'Y' }] }, { jobs: [{}, { status: 'X' }] }],
  [{ set: { 'a.b': 1 } }, { a: 'text' }, { a: { b: 1 } }],
  [{ set: { 'constructor.prototype.hacked': 1 } }, {}, { constructor: { prototype: { hacked: 1 } } }],
  [{ set: { a: null } }, undefined, { a: null }],
  [{ set: { a: 1 } }, 'text', { a: 1 }],
  [{ remove: ['job.status'] }, { job: { status: 'ACTIVE', name: 'a' } }, { job: { name: 'a' } }],
  [{ remove: ['a.b.c', 'd'] }, { a: {} }, { a: {} }],
  [{ remove: ['job'] }, { job: {} }, {}],
])('the change %j turns the answer %j into %j', (change, answer, changed) => {
  const before = structuredClone(answer);
  expect(changeAnswer(answer, change)).toEqual(changed);
  expect(answer).toEqual(before);
  expect(({} as Record<string, unknown>).hacked).toBeUndefined();
});
