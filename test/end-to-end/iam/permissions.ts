import { clientConfig, type LocalAws, readTemplate } from 'local-aws';
import { localStack } from '../../../scripts/local-stack.ts';
import {
  clientsOf,
  createDatasets,
  type Deployment,
  datasetArn,
  deploy,
  roleArn,
  stackName,
  type TemplateChange,
} from '../../deployment.ts';

/** Deployments with the dataset `shop/USERS`, each for one use after another: to start one costs a second of computing. */
export function deployments() {
  const all: Deployment[] = [];
  const idle: Deployment[] = [];
  const start = async () => {
    const deployment = await deploy();
    all.push(deployment);
    await createDatasets(deployment, 'shop', ['Users']);
    return deployment;
  };
  return {
    /** Runs `use` in one that has the change to its permissions, and takes the change back. */
    async with<T>(change: TemplateChange, use: (deployment: Deployment, datasetArn: string) => Promise<T>): Promise<T> {
      const deployment = idle.pop() ?? (await start());
      const template = await readTemplate(localStack.packageDir);
      const changed = structuredClone(template);
      change(changed);
      deployment.aws.updatePolicies(changed);
      const result = await use(deployment, datasetArn('shop', 'USERS'));
      deployment.aws.updatePolicies(template);
      idle.push(deployment);
      return result;
    },
    close: () => Promise.all(all.map(({ close }) => close())),
  };
}

/** The clients of a function, by its role's logical id. */
export function clientsOfRole({ environment, authorization }: LocalAws, logicalId: string) {
  const session = { roleArn: roleArn(`${stackName}-${logicalId}`), sessionName: `test-${logicalId}` };
  return clientsOf({ ...clientConfig(environment), credentials: authorization.credentialsFor(session) });
}

interface StatementDocument {
  Statement: { Effect: string; Action: string | string[]; Resource: unknown }[];
}

/** Takes an action out of every statement of a policy's holder that allows it; or only the resources that fit.
 * @throws Error where no statement allows the action */
export function withoutPermission(holder: string, action: string, resource?: RegExp): TemplateChange {
  return ({ Resources }) => {
    const { Properties } = Resources[holder] ?? { Properties: {} };
    let found = false;
    for (const document of documentsOf(Properties)) {
      document.Statement = document.Statement.flatMap((statement) => {
        const actions = [statement.Action].flat();
        if (statement.Effect !== 'Allow' || !actions.includes(action)) return [statement];
        found = true;
        const others = actions.filter((one) => one !== action);
        const resources = [statement.Resource].flat().filter((one) => resource && !resource.test(JSON.stringify(one)));
        return [
          ...(others.length > 0 ? [{ ...statement, Action: others }] : []),
          ...(resources.length > 0 ? [{ ...statement, Action: action, Resource: resources }] : []),
        ];
      });
    }
    if (!found) throw new Error(`${holder} does not allow ${action}.`);
  };
}

function documentsOf(properties: Record<string, unknown>): StatementDocument[] {
  const policies = (properties.Policies ?? []) as { PolicyDocument: never }[];
  return [
    ...policies.map(({ PolicyDocument }) => PolicyDocument),
    properties.PolicyDocument,
    properties.KeyPolicy,
  ].filter((document) => document !== undefined) as StatementDocument[];
}
