import * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../protocols/aws-json.ts';
import type { EventBridgeEvent } from '../protocols/eventbridge-event.ts';
import type { JsonService } from '../protocols/json-call.ts';
import { typedOperations } from '../protocols/typed-operations.ts';
import { type DeliveryOptions, deliver, type Target } from './delivery.ts';
import { compilePattern } from './event-pattern.ts';
import { inputTransform } from './input-transformer.ts';
import { eventBusNameOf, putEvents } from './put-events.ts';

/** A rule of the packaged template. */
export interface RuleSpec {
  name: string;
  /** The name of the bus; `default` always exists. */
  eventBusName: string;
  eventPattern: Record<string, unknown>;
  state: 'ENABLED' | 'DISABLED';
  targets: Target[];
}

export interface EventsOptions extends DeliveryOptions {
  accountId: string;
  region: string;
  /** Called with each event, before it is delivered. */
  onEvent?: ((received: ReceivedEvent) => void) | undefined;
}

/** An event, and whether each rule of its bus matches it. */
export interface ReceivedEvent {
  event: EventBridgeEvent;
  bus: string;
  rules: {
    name: string;
    matched: boolean;
    isDisabled: boolean;
    targetArns: string[];
    pattern: Record<string, unknown>;
  }[];
}

export interface EventsService extends JsonService {
  /** Creates a rule, and its bus if it is new. @throws Error when the pattern or a target is not supported */
  putRule(rule: RuleSpec): void;
  /** Sends an event of an AWS service, source `aws.*`, to the default bus. */
  publish(event: EventBridgeEvent): void;
  /** Sends an input to a target without a rule, as a schedule does. */
  send(input: object, target: Target, senderArn: string): void;
  /** Resolves when every event is delivered to Lambda or to a queue. */
  idle(): Promise<void>;
}

interface Rule {
  spec: RuleSpec;
  arn: string;
  matches: (event: Record<string, unknown>) => boolean;
}

interface Account {
  options: EventsOptions;
  /** Rules by name, by the name of their bus. */
  buses: Map<string, Map<string, Rule>>;
  deliveries: Set<Promise<void>>;
}

type Input = Record<string, unknown>;

/** Emulates EventBridge: buses, and rules with patterns and Lambda targets. State is in memory. */
export function eventsService(options: EventsOptions): EventsService {
  const account: Account = { options, buses: new Map([['default', new Map()]]), deliveries: new Set() };
  const onEvent = (event: EventBridgeEvent, bus: string) => publish(account, event, bus);
  return {
    targetPrefix: 'AWSEvents',
    eventSource: 'events.amazonaws.com',
    operations: typedOperations(sdk, {
      PutEvents: (input) => putEvents(input, { ...options, onEvent }),
      ListRules: (input) => listRules(account, input),
      DescribeRule: (input) => describe(findRule(account, input, 'Name'), options),
      ListTargetsByRule: (input) => listTargetsByRule(account, input),
    }),
    putRule: (rule) => putRule(account, rule),
    publish: (event) => publish(account, event, 'default'),
    send: (input, target, senderArn) => send(account, input, target, senderArn),
    async idle() {
      while (account.deliveries.size > 0) await Promise.all(account.deliveries);
    },
  };
}

function putRule({ options, buses }: Account, spec: RuleSpec): void {
  for (const target of spec.targets) checkTarget(spec.name, target);
  const matches = compilePattern(spec.eventPattern);
  const path = spec.eventBusName === 'default' ? spec.name : `${spec.eventBusName}/${spec.name}`;
  const arn = `arn:aws:events:${options.region}:${options.accountId}:rule/${path}`;
  const rules = buses.get(spec.eventBusName) ?? new Map();
  buses.set(spec.eventBusName, rules.set(spec.name, { spec, arn, matches }));
}

function checkTarget(rule: string, target: Target): void {
  const unsupported = (['input', 'inputPath'] as const).find((member) => target[member] !== undefined);
  if (unsupported) throw new Error(`Rule ${rule}: ${unsupported} is not supported locally`);
  if (target.inputTransformer) inputTransform(target.inputTransformer);
  if (/^arn:aws[\w-]*:lambda:.+:function:/.test(target.arn)) return;
  throw new Error(`Rule ${rule}: target ${target.arn} is not a Lambda function, the only kind supported locally`);
}

function publish(account: Account, event: EventBridgeEvent, bus: string): void {
  const { options, buses } = account;
  const rules = buses.get(bus);
  if (!rules) options.onDropped?.({ event, reason: `the event bus ${bus} does not exist` });
  const judged = [...(rules?.values() ?? [])].map((rule) => ({ ...rule, matched: rule.matches({ ...event }) }));
  options.onEvent?.({ event, bus, rules: judged.map(verdictOf) });
  for (const { spec, arn, matched } of judged) {
    if (spec.state === 'DISABLED' || !matched) continue;
    for (const target of spec.targets) send(account, event, target, arn);
  }
}

function verdictOf({ spec, matched }: Rule & { matched: boolean }): ReceivedEvent['rules'][number] {
  const { name, state, targets, eventPattern: pattern } = spec;
  return { name, matched, isDisabled: state === 'DISABLED', targetArns: targets.map(({ arn }) => arn), pattern };
}

function send({ options, deliveries }: Account, event: object, target: Target, senderArn: string): void {
  const delivery = deliver(event, target, senderArn, options).finally(() => deliveries.delete(delivery));
  deliveries.add(delivery);
}

function listRules(account: Account, input: Input) {
  const prefix = String(input.NamePrefix ?? '');
  const rules = [...rulesOf(account, input).values()].filter(({ spec }) => spec.name.startsWith(prefix));
  return { Rules: rules.map((rule) => describe(rule, account.options)) };
}

function describe({ spec, arn }: Rule, { accountId }: EventsOptions) {
  return {
    Name: spec.name,
    Arn: arn,
    EventPattern: JSON.stringify(spec.eventPattern),
    State: spec.state,
    EventBusName: spec.eventBusName,
    CreatedBy: accountId,
  };
}

function listTargetsByRule(account: Account, input: Input) {
  const { targets } = findRule(account, input, 'Rule').spec;
  return { Targets: targets.map((target, index) => describeTarget(target, index)) };
}

function describeTarget(target: Target, index: number) {
  const { arn, inputTransformer, deadLetterArn, maximumRetryAttempts, maximumEventAgeInSeconds } = target;
  const retryPolicy = {
    MaximumRetryAttempts: maximumRetryAttempts,
    MaximumEventAgeInSeconds: maximumEventAgeInSeconds,
  };
  const hasRetryPolicy = maximumRetryAttempts !== undefined || maximumEventAgeInSeconds !== undefined;
  return {
    Id: `Target${index}`,
    Arn: arn,
    ...(inputTransformer && { InputTransformer: inputTransformer }),
    ...(deadLetterArn ? { DeadLetterConfig: { Arn: deadLetterArn } } : {}),
    ...(hasRetryPolicy ? { RetryPolicy: retryPolicy } : {}),
  };
}

function rulesOf({ buses }: Account, input: Input): Map<string, Rule> {
  const name = eventBusNameOf(input.EventBusName);
  const rules = buses.get(name);
  if (!rules) throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  return rules;
}

function findRule(account: Account, input: Input, member: 'Name' | 'Rule'): Rule {
  const name = input[member];
  const rule = rulesOf(account, input).get(String(name));
  if (rule) return rule;
  const bus = eventBusNameOf(input.EventBusName);
  throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
}
