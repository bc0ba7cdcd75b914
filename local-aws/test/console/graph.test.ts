import { expect, it } from 'vitest';
import { graphOf, statesOf } from '../../src/console/graph.ts';
import type { GraphEdge, GraphNode } from '../../src/console/page/model.ts';

const pass = { Type: 'Pass' };
const definition = JSON.stringify({
  StartAt: 'Choose',
  States: {
    Choose: { Type: 'Choice', Choices: [{ Next: 'Each' }, { Next: 'Both' }], Default: 'Done' },
    Each: {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'A',
        States: { A: { ...pass, Next: 'B', Catch: [{ Next: 'Failed' }] }, B: pass, Failed: pass },
      },
      Catch: [{ Next: 'Done' }],
      Next: 'Done',
    },
    Both: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Left', States: { Left: pass } },
        { StartAt: 'Right', States: { Right: { ...pass, Next: 'Last' }, Last: pass } },
      ],
      Next: 'Done',
    },
    Done: { Type: 'Succeed', Comment: 'It worked.' },
  },
});
const graph = graphOf(definition);
const node = (name: string) => graph.nodes.find((one) => one.name === name) as GraphNode;
const INNER: Record<string, string[]> = { Each: ['A', 'B', 'Failed'], Both: ['Left', 'Right', 'Last'] };

const isInside = (inner: GraphNode, { x, y, width, height }: Omit<GraphNode, 'name' | 'type'>) =>
  inner.x >= x && inner.y >= y && inner.x + inner.width <= x + width && inner.y + inner.height <= y + height;

const isApart = (one: GraphNode, other: GraphNode) =>
  one.x + one.width <= other.x ||
  other.x + other.width <= one.x ||
  one.y + one.height <= other.y ||
  other.y + other.height <= one.y;

it('the graph of a state machine has each state once, with its type and comment', () => {
  expect(graph.nodes.map(({ name }) => name).sort()).toEqual([...statesOf(definition).keys()].sort());
  expect(node('Done')).toMatchObject({ type: 'Succeed', comment: 'It worked.' });
});

it('the graph of a state machine has each transition once, and a Catch only where no Next leads', () => {
  const transitions = graph.edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`);
  expect(transitions.sort()).toEqual([
    'A catch Failed',
    'A next B',
    'Both next Done',
    'Choose next Both',
    'Choose next Done',
    'Choose next Each',
    'Each next Done',
    'Right next Last',
  ]);
});

it('the graph of a state machine holds all states, and those of a Map or Parallel are inside its frame', () => {
  const whole = { x: 0, y: 0, width: graph.width, height: graph.height };
  expect(graph.nodes.filter((one) => !isInside(one, whole))).toEqual([]);
  for (const [outer, names] of Object.entries(INNER)) {
    expect(names.filter((name) => !isInside(node(name), node(outer)))).toEqual([]);
  }
});

it('no two states in the graph of a state machine overlap, except a Map or Parallel and its own', () => {
  const contains = (one: GraphNode, other: GraphNode) => INNER[one.name]?.includes(other.name);
  const overlapping = graph.nodes.flatMap((one, index) =>
    graph.nodes
      .slice(index + 1)
      .filter((other) => !isApart(one, other) && !contains(one, other) && !contains(other, one))
      .map((other) => `${one.name} ${other.name}`),
  );
  expect(overlapping).toEqual([]);
});

it('an arrow in the graph of a state machine leads from its first state to its second', () => {
  const distance = ({ x, y }: { x: number; y: number }, { x: left, y: top, width, height }: GraphNode) =>
    Math.max(left - x, x - left - width, top - y, y - top - height, 0);
  const ends = ({ from, to, points }: GraphEdge) => [
    distance(points[0] as { x: number; y: number }, node(from)),
    distance(points.at(-1) as { x: number; y: number }, node(to)),
  ];
  expect(Math.max(...graph.edges.flatMap(ends))).toBeLessThan(1);
});

it('the transitions in the graph of a state machine lead downwards', () => {
  expect(graph.edges.filter(({ from, to }) => node(from).y >= node(to).y)).toEqual([]);
});
