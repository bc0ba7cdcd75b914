import { graphlib, layout } from '@dagrejs/dagre';
import type { Graph, GraphEdge, GraphNode } from './page/model.ts';

interface StateMachine {
  StartAt: string;
  States: Record<string, State>;
}

interface State {
  Type: string;
  Comment?: string;
  Next?: string;
  Default?: string;
  Choices?: { Next?: string }[];
  Catch?: { Next: string }[];
  ItemProcessor?: StateMachine;
  Iterator?: StateMachine;
  Branches?: StateMachine[];
}

/** Of a text of 13 px, roughly: fonts differ. */
const CHARACTER_WIDTH = 7.2;
const NODE = { height: 34, padding: 20 };
/** The room around the states inside of a Map or Parallel; its name stands at the top. */
const FRAME = { side: 16, top: 40, bottom: 16, between: 24 };

/** Lays out a state machine from the top to the bottom. */
export function graphOf(definition: string): Graph {
  return layOut(JSON.parse(definition) as StateMachine);
}

/** The states of a definition by name, including those inside of a Map or Parallel. */
export function statesOf(definition: string): Map<string, Record<string, unknown>> {
  const collect = ({ States }: StateMachine): [string, Record<string, unknown>][] =>
    Object.entries(States).flatMap(([name, state]) => [
      [name, { ...state }] as [string, Record<string, unknown>],
      ...innerOf(state).flatMap(collect),
    ]);
  return new Map(collect(JSON.parse(definition) as StateMachine));
}

function layOut({ States }: StateMachine): Graph {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 14, edgesep: 8, ranksep: 30, marginx: 2, marginy: 2 });
  const inner = new Map(Object.entries(States).map(([name, state]) => [name, sideBySide(innerOf(state).map(layOut))]));
  for (const [name, state] of Object.entries(States)) graph.setNode(name, { ...sizeOf(name, inner.get(name)), state });
  const edges = Object.entries(States).flatMap(([name, state]) => edgesOf(name, state));
  for (const { from, to, kind } of edges) graph.setEdge(from, to, { weight: kind === 'next' ? 4 : 1 });
  layout(graph);
  const nodes = Object.entries(States).flatMap(([name, { Type, Comment }]) => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(name);
    const corner = { x: x - width / 2, y: y - height / 2 };
    const own: GraphNode = { name, type: Type, ...corner, width, height, ...(Comment && { comment: Comment }) };
    return [own, ...movedInto(corner, inner.get(name)?.nodes ?? [])];
  });
  const drawn = edges.map((edge) => ({ ...edge, points: graph.edge(edge.from, edge.to).points ?? [] }));
  const within = Object.entries(States).flatMap(([name]) => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(name);
    return (inner.get(name)?.edges ?? []).map((edge) => ({
      ...edge,
      points: movedInto({ x: x - width / 2, y: y - height / 2 }, edge.points),
    }));
  });
  return fitted(nodes, [...drawn, ...within]);
}

/** The layout's own size leaves out what bends around it. */
function fitted(nodes: GraphNode[], edges: GraphEdge[]): Graph {
  const points = edges.flatMap((edge) => edge.points);
  const corners = nodes.map(({ x, y, width, height }) => ({ x: x + width, y: y + height }));
  const xs = [...nodes, ...corners, ...points].map(({ x }) => x);
  const ys = [...nodes, ...corners, ...points].map(({ y }) => y);
  const by = { x: -Math.min(...xs), y: -Math.min(...ys) };
  return {
    width: Math.max(...xs) + by.x,
    height: Math.max(...ys) + by.y,
    nodes: nodes.map(movedBy(by)),
    edges: edges.map((edge) => ({ ...edge, points: edge.points.map(movedBy(by)) })),
  };
}

function innerOf({ ItemProcessor, Iterator: iterator, Branches = [] }: State): StateMachine[] {
  return [ItemProcessor ?? iterator, ...Branches].filter((machine) => machine !== undefined);
}

/** One graph of the branches of a Parallel, which are drawn beside each other; undefined if there are none. */
function sideBySide(graphs: Graph[]): Graph | undefined {
  if (graphs.length === 0) return undefined;
  let x = 0;
  const moved = graphs.map(({ width, nodes, edges }) => {
    const by = { x, y: 0 };
    x += width + FRAME.between;
    return {
      nodes: nodes.map(movedBy(by)),
      edges: edges.map((edge) => ({ ...edge, points: edge.points.map(movedBy(by)) })),
    };
  });
  return {
    width: x - FRAME.between,
    height: Math.max(...graphs.map(({ height }) => height)),
    nodes: moved.flatMap(({ nodes }) => nodes),
    edges: moved.flatMap(({ edges }) => edges),
  };
}

function sizeOf(name: string, inner: Graph | undefined): { width: number; height: number } {
  const width = name.length * CHARACTER_WIDTH + NODE.padding;
  if (!inner) return { width, height: NODE.height };
  return {
    width: Math.max(width, inner.width + 2 * FRAME.side),
    height: inner.height + FRAME.top + FRAME.bottom,
  };
}

interface Point {
  x: number;
  y: number;
}

const movedBy =
  (by: Point) =>
  <Moved extends Point>(point: Moved): Moved => ({ ...point, x: point.x + by.x, y: point.y + by.y });

function movedInto<Moved extends Point>(corner: Point, points: Moved[]): Moved[] {
  return points.map(movedBy({ x: corner.x + FRAME.side, y: corner.y + FRAME.top }));
}

/** The transitions of a state. Where a Next and a Catch lead to the same state, the Next is drawn. */
function edgesOf(from: string, { Next, Default, Choices = [], Catch = [] }: State): Omit<GraphEdge, 'points'>[] {
  const next = new Set([Next, Default, ...Choices.map((choice) => choice.Next)].filter((to) => to !== undefined));
  const caught = new Set(Catch.map((catcher) => catcher.Next).filter((to) => !next.has(to)));
  return [
    ...[...next].map((to) => ({ from, to, kind: 'next' as const })),
    ...[...caught].map((to) => ({ from, to, kind: 'catch' as const })),
  ];
}
