import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../protocols/aws-json.ts';
import { parseJson, readBody } from '../protocols/read-body.ts';
import { checkFaults, type KnownOperations } from './check-faults.ts';
import type { Faults } from './faults.ts';

/** A reason of 1 MB is a fault worth rehearsing. */
const maxBodyBytes = 2 * 1024 * 1024;

/** `GET`, `PUT` and `DELETE` of `/_local/faults`: each answers with the list as it is then, as JSON. */
export function faultsApi(faults: Faults, knownOperations: () => KnownOperations) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await act(request, faults, knownOperations);
      write(response, 200, faults.list());
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.statusCode === 405) response.setHeader('allow', 'GET, PUT, DELETE');
      write(response, error.statusCode, { __type: error.name, message: error.message });
    }
  };
}

async function act(request: IncomingMessage, faults: Faults, knownOperations: () => KnownOperations): Promise<void> {
  const path = request.url?.split('?')[0];
  if (path !== '/_local/faults') throw new AwsError('NotFound', `There is no ${path}.`, 404);
  switch (request.method) {
    case 'GET':
      return;
    case 'PUT':
      faults.replace(checkFaults(parseJson(await readBody(request, maxBodyBytes)), knownOperations()));
      return;
    case 'DELETE':
      faults.replace([]);
      return;
    default:
      throw new AwsError('MethodNotAllowed', `${request.method} given; allowed are GET, PUT and DELETE.`, 405);
  }
}

function write(response: ServerResponse, statusCode: number, body: unknown): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
