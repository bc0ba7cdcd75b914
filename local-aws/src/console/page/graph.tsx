import { useMemo } from 'preact/hooks';
import { useData } from './live.tsx';
import type { ExecutionDetail, Graph, GraphEdge, GraphNode, Span } from './model.ts';
import { kindOf } from './status.tsx';

interface GraphProps {
  execution: ExecutionDetail;
  selected: string | undefined;
  /** A mouse can select a state here; the keyboard does so in the timeline. */
  select: (stateName: string) => void;
}

/** The state machine as its definition says, with the states and transitions that the execution went through. */
export function MachineGraph({ execution, selected, select }: GraphProps) {
  const { data: graph } = useData<Graph>(['machines', execution.machineArn], []);
  const path = useMemo(() => pathOf(execution.spans), [execution.spans]);
  if (!graph) return <div class="graph" />;
  const visited = [...path.states.keys()].join(', ');
  return (
    <figure class="graph">
      <figcaption>State machine</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it, the keyboard could not scroll */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form */}
      <div class="scroll" role="group" aria-label="State machine" tabIndex={0}>
        <svg
          viewBox={`-4 -4 ${graph.width + 8} ${graph.height + 8}`}
          role="img"
          aria-label={`The state machine. The execution went through: ${visited || 'no state yet'}.`}
        >
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 1l7 3-7 3z" />
            </marker>
          </defs>
          {graph.nodes.map((node) => (
            <Node
              key={node.name}
              node={node}
              status={path.states.get(node.name)}
              isSelected={node.name === selected}
              select={select}
            />
          ))}
          {graph.edges.map((edge) => (
            <Edge
              key={`${edge.from} ${edge.to}`}
              edge={edge}
              isTaken={path.transitions.has(`${edge.from}\n${edge.to}`)}
            />
          ))}
        </svg>
      </div>
    </figure>
  );
}

interface NodeProps {
  node: GraphNode;
  status: string | undefined;
  isSelected: boolean;
  select: (stateName: string) => void;
}

function Node({ node, status, isSelected, select }: NodeProps) {
  const { name, type, x, y, width, height } = node;
  const isFrame = type === 'Map' || type === 'Parallel';
  const kind = status === undefined ? 'unvisited' : kindOf(status);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the timeline offers the same to the keyboard
    <g
      class={`node ${kind}${isSelected ? ' selected' : ''}${isFrame ? ' frame' : ''}`}
      transform={`translate(${x} ${y})`}
      onClick={() => status !== undefined && select(name)}
    >
      <rect width={width} height={height} rx={type === 'Choice' ? height / 2 : 7} />
      <text x={isFrame ? 14 : width / 2} y={isFrame ? 24 : height / 2 + 4.5} text-anchor={isFrame ? 'start' : 'middle'}>
        {name}
      </text>
    </g>
  );
}

function Edge({ edge: { points, kind }, isTaken }: { edge: GraphEdge; isTaken: boolean }) {
  return <path class={`edge ${kind}${isTaken ? ' taken' : ''}`} d={smooth(points)} marker-end="url(#arrow)" />;
}

/** A curve through the points, which passes through the middles between them. */
function smooth(points: GraphEdge['points']): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  const curves = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return `M${first.x} ${first.y}${curves.join('') || `L${last.x} ${last.y}`}`;
}

interface Path {
  /** The worst status of each state that was entered, except that a running one counts as running. */
  states: Map<string, string>;
  transitions: Set<string>;
}

const RANK = ['succeeded', 'aborted', 'caught', 'failed', 'waiting', 'running'];

function pathOf(spans: Span[]): Path {
  const states = new Map<string, string>();
  const transitions = new Set<string>();
  const latest = new Map<number, string>();
  for (const { name, lane, status } of spans) {
    const before = states.get(name) ?? status;
    states.set(name, RANK.indexOf(status) > RANK.indexOf(before) ? status : before);
    const from = latest.get(lane);
    if (from !== undefined) transitions.add(`${from}\n${name}`);
    latest.set(lane, name);
  }
  return { states, transitions };
}
