import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ATTRIBUTES, namingAt, pseudoParameters, type StackAddress } from './attributes.ts';

/** A template that `serverless package` wrote, with its intrinsic functions. */
export interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown }>;
}

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** Reads the template in the folder that `serverless package --package <folder>` wrote.
 * @throws Error that says what to do if there is none, or if it is not JSON */
export async function readTemplate(packageDir: string): Promise<Template> {
  const file = join(packageDir, 'cloudformation-template-update-stack.json');
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? `There is no file ${file}.` : `${file} can't be read: ${message}.`;
    throw new Error(`${problem} To make it: serverless package --package ${packageDir}`, { cause: error });
  }
}

/** Resolves every intrinsic function of a template that is deployed at `address`.
 * @returns the template, and the values of `Fn::GetAtt`
 * @throws Error for an intrinsic function or a reference that is not known: nothing is guessed */
export function resolveTemplate(
  template: Template,
  address: StackAddress,
): { resolved: Template; attribute: (logicalId: string, name: string) => string } {
  const pseudo = pseudoParameters(address);
  const naming = namingAt(address);

  const attribute = (id: string, name: string): string => {
    const pseudoValue = name === 'Ref' ? pseudo[id] : undefined;
    if (pseudoValue !== undefined) return pseudoValue;
    const resource = template.Resources[id];
    if (!resource) throw new Error(`The template refers to ${id}, which it does not have.`);
    const names = Object.entries(resource.Properties).filter(([key]) => key.endsWith('Name'));
    const properties = Object.fromEntries(names.map(([key, value]) => [key, resolve(value)]));
    const fallback = name === 'Ref' ? `${address.stackName}-${id}` : undefined;
    const value = ATTRIBUTES[resource.Type]?.(id, properties, naming)[name] ?? fallback;
    if (value === undefined) throw new Error(`${name} of ${id} (${resource.Type}) is not known to the local AWS.`);
    return value;
  };

  const substitute = (text: string, variables: Record<string, unknown> = {}): string =>
    text.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      if (Object.hasOwn(variables, name)) return String(resolve(variables[name]));
      const [id = '', attributeName = 'Ref'] = name.split('.');
      return attribute(id, attributeName);
    });

  const intrinsics: Record<string, (argument: never) => unknown> = {
    Ref: (id: string) => attribute(id, 'Ref'),
    'Fn::GetAtt': (path: string | string[]) => attribute(...([path].flat().join('.').split('.') as [string, string])),
    'Fn::Sub': (value: string | [string, Record<string, unknown>]) =>
      typeof value === 'string' ? substitute(value) : substitute(...value),
    'Fn::Join': ([separator, parts]: [string, unknown[]]) => parts.map(resolve).join(separator),
    'Fn::Split': ([separator, text]: [string, unknown]) => String(resolve(text)).split(separator),
    'Fn::Select': ([index, list]: [number | string, unknown]) => (resolve(list) as unknown[])[Number(index)],
  };

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (value === null || typeof value !== 'object') return value;
    const [[key, argument] = [], ...others] = Object.entries(value);
    if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      const intrinsic = intrinsics[key];
      if (!intrinsic) throw new Error(`The intrinsic function ${key} is not known to the local AWS.`);
      return intrinsic(argument as never);
    }
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolve(member)]));
  }

  return { resolved: resolve(template) as Template, attribute };
}
