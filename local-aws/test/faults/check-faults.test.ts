import { describe, expect, it } from 'vitest';
import { checkFaults } from '../../src/faults/check-faults.ts';

const fault = { service: 'personalize', operation: '*', error: 'ThrottlingException' };
const known = { personalize: ['ListDatasets', 'ListDatasetGroups'], lambda: ['notify'] };

it.each([
  [[]],
  [[fault]],
  [[{ ...fault, status: 500, message: 'x', times: 1, probability: 0.5, seed: -4, delayMs: 10, cut: 'after' }]],
  [[{ service: 's3', operation: 'PutObject', status: 503 }]],
  [[{ service: 'sns', operation: 'Publish', cut: 'before' }]],
  [[{ service: 'lambda', operation: 'notify', error: 'Sandbox.Timedout' }]],
  [[{ service: 'states', operation: '*', answer: { set: { 'a.0.b': null }, remove: ['c'] } }]],
  [[{ job: 'export', status: 'CREATE STOPPED', failureReason: 'x'.repeat(1_000_000), seconds: 0 }]],
  [[{ job: 'export', output: 'short-row', seconds: 5, times: 1 }]],
  [[{ job: 'import', stuck: true, times: 2, probability: 1, seed: 1 }]],
])('checkFaults accepts %j', (list) => {
  expect(checkFaults(list, known)).toBe(list);
});

describe('checkFaults', () => {
  it.each<[said: string, list: unknown]>([
    ['the body: {} given; allowed is a JSON list of faults', {}],
    ['[0]: 5 given; allowed is an object', [5]],
    ['[1]: null given; allowed is an object', [fault, null]],
    [
      '[0].service: "sts" given; allowed is one of personalize, states, events, glue, s3, sns, sqs, lambda',
      [{ ...fault, service: 'sts' }],
    ],
    ['[0].service: missing; needed is one of personalize', [{ operation: '*', error: 'X' }]],
    ['[0].operation: missing; needed is the name of an operation', [{ service: 's3', error: 'X' }]],
    [
      '[0].operation: "ListDataset" given; allowed is "*" or one of ListDatasets, ListDatasetGroups',
      [{ ...fault, operation: 'ListDataset' }],
    ],
    [
      '[0].operation: "mail" given; allowed is "*" or one of notify',
      [{ ...fault, service: 'lambda', operation: 'mail' }],
    ],
    ['[0].error: "a b" given; allowed is the name of an error', [{ ...fault, error: 'a b' }]],
    ['[0].error: "a\\r\\nb" given', [{ ...fault, error: 'a\r\nb' }]],
    ['[0].status: 200 given; allowed is an HTTP status from 400 to 599', [{ ...fault, status: 200 }]],
    ['[0].status: "500" given', [{ ...fault, status: '500' }]],
    ['[0].times: 0 given; allowed is a whole number from 1', [{ ...fault, times: 0 }]],
    ['[0].times: 1.5 given', [{ ...fault, times: 1.5 }]],
    ['[0].probability: 1.5 given; allowed is a number from 0 to 1', [{ ...fault, probability: 1.5 }]],
    ['[0].seed: 0.5 given; allowed is a whole number', [{ ...fault, seed: 0.5 }]],
    [
      '[0].delayMs: 600001 given; allowed is a number of milliseconds from 0 to 600000',
      [{ ...fault, delayMs: 600_001 }],
    ],
    ['[0].cut: "between" given; allowed is one of before, after', [{ ...fault, cut: 'between' }]],
    ['[0].colour: unknown; allowed are service, operation, error', [{ ...fault, colour: 'red' }]],
    ['[0].seconds: unknown; allowed are service', [{ ...fault, seconds: 1 }]],
    ['[0].toString: unknown', [{ ...fault, toString: 1 }]],
    ['[0].__proto__: unknown', JSON.parse('[{"service":"s3","operation":"*","status":500,"__proto__":{}}]')],
    [
      '[0]: nothing goes wrong; needed is one of error, status, delayMs, cut, answer',
      [{ service: 's3', operation: '*' }],
    ],
    [
      '[0].answer: not possible with s3; allowed with personalize, states, events, glue, lambda',
      [{ service: 's3', operation: '*', answer: { remove: ['a'] } }],
    ],
    ['[0].answer: not possible with error and cut', [{ ...fault, cut: 'before', answer: { remove: ['a'] } }]],
    [
      '[0].answer: {} given; allowed is {"set": {path: value}, "remove": [path]}',
      [{ ...fault, error: undefined, answer: {} }],
    ],
    ['[0].answer: ', [{ service: 'states', operation: '*', answer: { set: { 'a..b': 1 } } }]],
    [
      '[0].answer: ',
      [{ service: 'states', operation: '*', answer: { set: { 'constructor.prototype.__proto__': 1 } } }],
    ],
    ['[0].job: "delete" given; allowed is one of export, import', [{ job: 'delete', stuck: true }]],
    ['[0].status: 5 given; allowed is a status, such as CREATE FAILED', [{ job: 'export', status: 5 }]],
    ['[0].output: "torn" given; allowed is one of no-file, no-header, ', [{ job: 'export', output: 'torn' }]],
    ['[0].output: not possible with import; allowed with export', [{ job: 'import', output: 'no-file' }]],
    [
      '[0].output: not possible with failureReason and stuck',
      [{ job: 'export', output: 'no-file', failureReason: 'x', stuck: true }],
    ],
    ['[0].stuck: "yes" given; allowed is true or false', [{ job: 'export', stuck: 'yes' }]],
    ['[0].delayMs: unknown; allowed are job, status', [{ job: 'export', stuck: true, delayMs: 5 }]],
    ['[0]: nothing goes wrong; needed is one of status, failureReason, seconds, stuck, output', [{ job: 'export' }]],
    ['the list: 1001 faults given; at most 1000 are allowed', Array(1001).fill(fault)],
  ])('checkFaults throws an error that says: %s', (said, list) => {
    expect(() => checkFaults(list, known)).toThrow(
      expect.objectContaining({ name: 'ValidationException', statusCode: 400 }),
    );
    expect(() => checkFaults(list, known)).toThrow(said);
  });

  it('checkFaults cuts a long value, but not within a character', () => {
    const service = `${'x'.repeat(98)}${'😀'.repeat(50)}`;
    expect(() => checkFaults([{ ...fault, service }])).toThrow(`"${'x'.repeat(98)}… given`);
  });

  it('checkFaults names every wrong field', () => {
    const list = [
      { ...fault, times: -1, cut: 'x' },
      { job: 'x', stuck: 1 },
    ];
    const fields = ['[0].times', '[0].cut', '[1].job', '[1].stuck'];
    for (const field of fields) expect(() => checkFaults(list)).toThrow(field);
  });
});
