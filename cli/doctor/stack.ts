import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
  type Stack as StackDescription,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { present } from './unknown.ts';

/** A resource of a template. */
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
}

/** A template, as far as the checks read it. */
export interface Template {
  Resources: Record<string, TemplateResource>;
}

/** What CloudFormation says of the stack. */
export interface Stack {
  description: StackDescription;
  /** The resources by their logical ids. */
  resources: ReadonlyMap<string, StackResourceSummary>;
  template: Template;
}

/** Reads a stack.
 * @returns undefined if there is no such stack
 * @throws what the SDK throws; NoAnswerError */
export async function readStack(client: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  try {
    const others = Promise.all([listResources(client, StackName), getTemplate(client, StackName)]);
    // If all calls fail, the error is always that of the same one.
    others.catch(() => {});
    const description = await describe(client, StackName);
    const [resources, template] = await others;
    return { description, resources, template };
  } catch (error) {
    // CloudFormation has no error of its own for a stack that does not exist.
    if ((error as Error).name === 'ValidationError' && /does not exist/.test((error as Error).message))
      return undefined;
    throw error;
  }
}

async function describe(client: CloudFormationClient, StackName: string): Promise<StackDescription> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  return present(stack, 'cloudformation:DescribeStacks', 'Stacks');
}

async function listResources(client: CloudFormationClient, StackName: string) {
  const resources = new Map<string, StackResourceSummary>();
  for await (const page of paginateListStackResources({ client }, { StackName })) {
    const summaries = present(
      page.StackResourceSummaries,
      'cloudformation:ListStackResources',
      'StackResourceSummaries',
    );
    for (const resource of summaries) resources.set(resource.LogicalResourceId ?? '', resource);
  }
  return resources;
}

async function getTemplate(client: CloudFormationClient, StackName: string): Promise<Template> {
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName }));
  const template = templateIn(present(TemplateBody, 'cloudformation:GetTemplate', 'TemplateBody'));
  return present(template, 'cloudformation:GetTemplate', 'template in JSON with Resources');
}

/** The template in a text. osls writes JSON. */
export function templateIn(text: string): Template | undefined {
  try {
    const template = JSON.parse(text);
    return template?.Resources && typeof template.Resources === 'object' ? template : undefined;
  } catch {
    return undefined;
  }
}
