import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

const bench = (...args: string[]) => spawnSync(process.execPath, ['bench/main.ts', ...args], { encoding: 'utf8' });

it.each([
  { title: 'no name', args: [] },
  { title: 'an unknown name', args: ['coldstarts'] },
  { title: "the name of an object's own method", args: ['toString'] },
])('bench lists the benchmarks and fails with status 2 for $title', ({ args }) => {
  const { status, stdout, stderr } = bench(...args);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  for (const name of ['polling', 'memory', 'coldstart', 'local', 'transitions', 'costs', 'verify']) {
    expect(stderr).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
    expect(readdirSync('bench')).toContain(`${name}.ts`);
  }
});

it("bench passes a benchmark's options and exit status on", () => {
  expect(bench('polling', '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--no-write') });
  expect(bench('polling', '--unknown').status).toBe(1);
});
