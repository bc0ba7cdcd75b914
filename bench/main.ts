import { spawnSync } from 'node:child_process';

// Runs one benchmark: `npm run bench -- <name> [its options]`. docs/benchmarks.md says more about each.

interface Benchmark {
  description: string;
  /** What must be built first: the bundles of the functions, or the package for the local AWS, which contains them. */
  needs?: 'scripts/build.ts' | 'scripts/package-local.ts';
  /** Options of Node.js. */
  node?: string[];
}

const QUIET = '--disable-warning=ExperimentalWarning';

/** Each is the script `bench/<name>.ts`. */
const benchmarks: Record<string, Benchmark> = {
  polling: { description: 'how often the planner polls and how late it notices the end, beside six other policies' },
  memory: { description: 'the memory of each function once it is loaded', needs: 'scripts/package-local.ts' },
  coldstart: {
    description: 'the time to load each function and to make its first call, beside other ways to bundle it',
    needs: 'scripts/build.ts',
  },
  local: {
    description: 'how many executions and how much data the local AWS handles, and in how much memory',
    needs: 'scripts/package-local.ts',
    node: [QUIET, '--max-semi-space-size=4'],
  },
  verify: {
    description: 'how fast an export is verified, beside other readers of CSV, and in how much memory',
    needs: 'scripts/package-local.ts',
    node: [QUIET],
  },
  transitions: {
    description: 'the state transitions and history events per execution',
    needs: 'scripts/package-local.ts',
    node: [QUIET],
  },
  costs: {
    description: 'what exports cost and which quota limits them first',
    needs: 'scripts/package-local.ts',
    node: [QUIET],
  },
};

function usage(): string {
  const lines = Object.entries(benchmarks).map(([name, { description }]) => `  ${name.padEnd(12)} ${description}`);
  return `Usage: npm run bench -- <name> [options]\n\n${lines.join('\n')}\n`;
}

function run(file: string, args: string[] = [], nodeOptions: string[] = []): number {
  return spawnSync(process.execPath, [...nodeOptions, file, ...args], { stdio: 'inherit' }).status ?? 1;
}

const [name = '', ...args] = process.argv.slice(2);
if (Object.hasOwn(benchmarks, name)) {
  const { needs, node } = benchmarks[name] as Benchmark;
  const built = needs === undefined ? 0 : run(needs);
  process.exitCode = built || run(`bench/${name}.ts`, args, node);
} else {
  process.stderr.write(usage());
  process.exitCode = 2;
}
